#!/usr/bin/env bash
# TensorFlow 2.21.0: a stateless draw depends on more than the seed and the shape.
#
# The documentation of tf.random.stateless_uniform promises the same numbers for the same seed and
# shape. For whole numbers eager TensorFlow and XLA (jit_compile=True) agree on the seed (0, 7), and
# not where a part of the seed is negative or has more than 32 bits: XLA takes (2**32, 7) for (0, 7).
# Floats differ for every seed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0
cat > "$folder/finding.py" <<'PYTHON'
import tensorflow as tf


def whole(seed):
    return tf.random.stateless_uniform([3], seed, 0, 2**30, tf.int32)


def real(seed):
    return tf.random.stateless_uniform([3], seed)


def agree(draw, seed):
    seed = tf.constant(seed, tf.int64)
    eager, compiled = draw(seed), tf.function(draw, jit_compile=True)(seed)
    return bool(tf.reduce_all(eager == compiled))


seeds = [(0, 7), (-1, 7), (0, -7), (2**32, 7)]
found = [(agree(whole, seed), agree(real, seed)) for seed in seeds]
print(tf.__version__, dict(zip(seeds, found)))
assert found == [(True, False)] + [(False, False)] * 3, "the behaviour has changed"
same = tf.function(whole, jit_compile=True)
assert bool(tf.reduce_all(same(tf.constant((2**32, 7), tf.int64)) == same(tf.constant((0, 7), tf.int64))))
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/finding.py"
