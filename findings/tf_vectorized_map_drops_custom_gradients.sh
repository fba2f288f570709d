#!/usr/bin/env bash
# TensorFlow 2.21.0: a tape around tf.vectorized_map does not see tf.custom_gradient.
#
# vectorized_map copies the operations of the function and leaves out their custom gradients, so a
# tape outside differentiates the copies as they stand. With tf.map_fn, or with the tape inside the
# mapped function, the custom gradient holds. There is no warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0
cat > "$folder/finding.py" <<'PYTHON'
import tensorflow as tf


@tf.custom_gradient
def doubled(x):
    """The identity, whose gradient is said to be 2."""
    return tf.identity(x), lambda cotangent: 2.0 * cotangent


def slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = doubled(x)
    return tape.gradient(y, x)


def outside(map_over):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = map_over(doubled, x)
    return tape.gradient(y, x).numpy().tolist()


found = {
    "map_fn, tape outside": outside(tf.map_fn),
    "vectorized_map, tape outside": outside(tf.vectorized_map),
    "vectorized_map, tape inside": tf.vectorized_map(slope, tf.constant([1.0, 2.0])).numpy().tolist(),
}
print(tf.__version__, found)
assert list(found.values()) == [[2.0, 2.0], [1.0, 1.0], [2.0, 2.0]], "the behaviour has changed"
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/finding.py"
