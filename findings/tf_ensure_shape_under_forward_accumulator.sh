#!/usr/bin/env bash
# TensorFlow 2.21.0: in a tf.function, forward mode over a tape fails at tf.ensure_shape.
#
# ensure_shape is the identity with a check, and eagerly its forward mode over a tape works. In a
# tf.function the same program raises "Could not generate a generic TraceType": the operation's
# attribute, a shape, is an argument of the function that TensorFlow traces for the forward mode.
# Tensor.set_shape, which adds no operation, does not fail.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0
cat > "$folder/finding.py" <<'PYTHON'
import tensorflow as tf


def checked(x):
    return tf.ensure_shape(x, [2])


def told(x):
    x = tf.identity(x)
    x.set_shape([2])
    return x


def second_derivative(step, compiled):
    def program(x, v):
        with tf.autodiff.ForwardAccumulator(x, v) as forward:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.reduce_sum(step(x) ** 3)
            gradient = tape.gradient(y, x)
        return forward.jvp(gradient)

    run = tf.function(program, autograph=False) if compiled else program
    try:
        return run(tf.constant([1.0, 2.0]), tf.constant([1.0, 1.0])).numpy().tolist()
    except TypeError as error:
        reasons = (line.strip() for line in str(error).splitlines() if "TraceType" in line)
        return next(reasons).partition(" for ")[0]


found = {
    f"{step.__name__}, {'tf.function' if compiled else 'eager'}": second_derivative(step, compiled)
    for step in (checked, told)
    for compiled in (False, True)
}
print(tf.__version__, found)
assert found["checked, eager"] == found["told, eager"] == found["told, tf.function"] == [6.0, 12.0]
assert found["checked, tf.function"].endswith("generate a generic TraceType"), "it has changed"
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/finding.py"
