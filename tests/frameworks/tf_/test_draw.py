"""What the adapter asks of TensorFlow's random numbers."""

from __future__ import annotations

import keras
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


LOGITS = tf.zeros((50, 10))
SEEDS = [
    *[(0, 42), (-1, 0), (0, -5), (2**31, 1), (2**32 - 1, 2**32), (2**40 + 3, 7), (-(2**50), 1)],
    *tf.random.experimental.stateless_split((1, 2), 4).numpy().tolist(),  # some are negative
]


def drawn(seed, run=lambda function: function):
    return run(lambda seed: reinmax(LOGITS, seed=seed).y_hard)(seed).numpy().argmax(-1).tolist()


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_the_same_seed_gives_the_same_sample_eagerly_in_a_graph_and_under_xla(seed):
    seed = tf.constant(seed, tf.int64)
    eager = drawn(seed)
    assert drawn(seed, tf.function) == eager
    assert drawn(seed, lambda function: tf.function(function, jit_compile=True)) == eager


def test_different_seeds_give_different_samples():
    samples = {tuple(drawn(seed)) for seed in SEEDS}
    assert len(samples) == len(SEEDS)


def test_a_seed_without_more_than_32_bits_is_that_of_stateless_uniform():
    noise = tf.random.stateless_uniform((50, 1), (5, 2**32 - 1), 0, 2**30, tf.int64)
    assert drawn((5, 2**32 - 1)) == (noise[:, 0] * 10 // 2**30).numpy().tolist()


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint32", "uint64"])
def test_a_numpy_array_is_a_pair(dtype):
    assert drawn(np.array([3, 4], dtype)) == drawn((3, 4))


def test_an_int_is_the_pair_that_it_is_in_keras():
    assert drawn(7) == drawn(np.int32(7)) == drawn((7, 0))
    assert keras.random.SeedGenerator(7).next().numpy().tolist() == [7, 0]


@pytest.mark.parametrize(
    "make", [tf.random.Generator.from_seed, keras.random.SeedGenerator], ids=["tf", "keras"]
)
def test_a_generator_moves_on_and_repeats_from_its_seed(make):
    generator = make(3)
    first, second = drawn(generator), drawn(generator)
    assert first != second
    generator = make(3)
    assert [drawn(generator), drawn(generator)] == [first, second]


@pytest.mark.parametrize(
    "make", [tf.random.Generator.from_seed, keras.random.SeedGenerator], ids=["tf", "keras"]
)
def test_a_generator_moves_on_in_a_graph(make):
    generator = make(3)
    step = tf.function(lambda: reinmax(LOGITS, seed=generator).y_hard)
    assert not np.array_equal(step(), step())
