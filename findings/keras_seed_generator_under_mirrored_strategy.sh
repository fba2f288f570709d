#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow 2.21.0: a SeedGenerator under tf.distribute.MirroredStrategy.
#
# Made inside strategy.scope(), as the guides say of variables and layers, it gives every replica the same
# seed, so a Dropout layer drops the same units of each replica. Made outside the scope, each replica
# gets another one. One would expect different masks where the guides are followed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0
cat > "$folder/finding.py" <<'PYTHON'
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)
import keras  # noqa: E402


def masks(inside):
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    if inside:
        with strategy.scope():
            layer = keras.layers.Dropout(0.5, seed=0)
    else:
        layer = keras.layers.Dropout(0.5, seed=0)

    @tf.function
    def run():
        return strategy.run(lambda: layer(tf.ones(64), training=True))

    return [mask.numpy().tolist() for mask in strategy.experimental_local_results(run())]


same = {inside: masks(inside)[0] == masks(inside)[1] for inside in (True, False)}
print(keras.__version__, tf.__version__, "the same mask on both replicas:", same)
assert same == {True: True, False: False}, "the behaviour has changed"
PYTHON
KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/finding.py"
