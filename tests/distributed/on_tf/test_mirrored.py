"""Promise: under ``MirroredStrategy`` replicas draw different noise unless they share a seed, and
gradients add up to those of the whole batch.
"""

from __future__ import annotations

import os
import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from reinmax_multi.tf import reinmax
from tests.distributed import processes
from tests.distributed.on_tf.conftest import DEVICES

PAGE = processes.ROOT / "docs" / "meshes.md"
ROWS, SIZE = 16, 8


@pytest.fixture(scope="module")
def strategy():
    return tf.distribute.MirroredStrategy(DEVICES)


@pytest.fixture(params=["eager", "graph"])
def drawn(request, strategy):
    """The samples of both replicas, for a seed or a function that makes one."""

    def run(seed):
        def replica():
            given = seed() if callable(seed) else seed
            return tf.argmax(reinmax(tf.zeros((ROWS, SIZE)), seed=given).y_hard, -1)

        def step():
            return strategy.experimental_local_results(strategy.run(replica))

        step = tf.function(step) if request.param == "graph" else step
        return [sample.numpy() for sample in step()]

    return run


def differ(samples):
    one, other = samples
    return not np.array_equal(one, other)


def test_without_a_seed_replicas_differ_and_the_global_seed_repeats_them(drawn):
    assert differ(drawn(None))
    runs = []
    for _ in range(2):
        tf.random.set_seed(3)
        runs.append(drawn(None))
    assert np.array_equal(*runs)


def test_replicas_that_share_a_seed_draw_alike(drawn, strategy):
    with strategy.scope():
        mirrored = keras.random.SeedGenerator(1)
    for seed in (5, (5, 7), mirrored):
        assert not differ(drawn(seed))


def test_the_number_of_the_replica_in_the_seed_makes_them_differ(drawn):
    def seed():
        return 5, tf.distribute.get_replica_context().replica_id_in_sync_group

    first, again = drawn(seed), drawn(seed)
    assert differ(first)
    assert np.array_equal(first, again)


def test_a_generator_draws_differently_on_each_replica_and_moves_on(drawn, strategy):
    with strategy.scope():
        generator = tf.random.Generator.from_seed(1)
    first, second = drawn(generator), drawn(generator)
    assert differ(first)
    assert differ(second)
    assert differ((first, second))


def test_gradients_add_up_to_those_of_the_whole_batch(strategy):
    generator = np.random.default_rng(0)
    x, weights = generator.normal(size=(2, ROWS, SIZE)).astype("float32")
    samples = generator.integers(SIZE, size=ROWS)
    start = generator.normal(size=(SIZE, SIZE)).astype("float32")

    def gradient(matrix, x, weights, sample):
        with tf.GradientTape() as tape:
            hard, soft = reinmax(x @ matrix, 1.2, sample=sample)
            loss = tf.reduce_sum(weights * hard**3 + soft**2)
        return tape.gradient(loss, matrix)

    with strategy.scope():
        spread = tf.Variable(start)
    whole = tf.Variable(start)
    expected = gradient(whole, x, weights, samples)
    data = tf.data.Dataset.from_tensor_slices((x, weights, samples)).batch(ROWS)

    @tf.function
    def step(part):
        def replica(part):
            own = gradient(spread, *part)
            return tf.distribute.get_replica_context().all_reduce("sum", own)

        return strategy.experimental_local_results(strategy.run(replica, (part,)))

    for reduced in step(next(iter(strategy.experimental_distribute_dataset(data)))):
        np.testing.assert_allclose(reduced, expected, rtol=1e-4, atol=1e-5)


def test_the_recipe_of_the_documentation(tmp_path):
    (recipe,) = re.findall(r"^```py\n(import keras.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    program = tmp_path / "train.py"
    program.write_text(recipe, encoding="utf-8")
    assert os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow"
    assert "loss" in processes.run((str(program),), 1, tmp_path, seconds=90)[0]
