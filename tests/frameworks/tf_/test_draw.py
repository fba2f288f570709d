"""What the adapter asks of TensorFlow's random numbers."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from reinmax_multi.tf import reinmax


@pytest.mark.parametrize("seed", [None, (0, 42)], ids=["global", "seeded"])
@pytest.mark.parametrize("end", [0, 1], ids=["least", "greatest"])
def test_both_ends_of_the_noise_draw(monkeypatch, end, seed):
    """A category of one cell, 2**-30, at either end of the row."""

    def drawn(shape, *options):
        *_, least, above, dtype = options
        return tf.fill(shape, tf.constant([least, above - 1][end], dtype))

    for name in ("uniform", "stateless_uniform"):
        monkeypatch.setattr(tf.random, name, drawn)
    probabilities = np.array([2.0**-30, 1 - 2.0**-30])
    logits = tf.math.log(tf.constant(np.roll(probabilities, end), tf.float64))
    assert reinmax(logits, seed=seed).y_hard.numpy()[end] == 1


def test_seeds_of_all_64_bits():
    logits = tf.zeros((100, 10))
    least, greatest = -(2**63), 2**63 - 1
    first = reinmax(logits, seed=(least, greatest)).y_hard.numpy()
    assert not np.array_equal(first, reinmax(logits, seed=(greatest, least)).y_hard.numpy())
