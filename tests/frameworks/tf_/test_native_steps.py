"""The steps that TensorFlow takes in its own way give what the generic steps of the core give."""

from __future__ import annotations

import types

import numpy as np
import pytest
import tensorflow as tf

from reinmax_multi import Residuals
from reinmax_multi._core import draw, grid, gumbel
from reinmax_multi._core.namespace import Native
from reinmax_multi.tf import _namespace as native

GENERIC = types.SimpleNamespace(**{name: getattr(native, name) for name in native.__all__})
MODES = {
    "eager": lambda function: function,
    "graph": tf.function,
    "compiled": lambda function: tf.function(function, jit_compile=True),
}


def test_every_native_step_is_compared():
    """The transposition is compared by the derivatives of every conformance test."""
    names = {name for name in vars(type(native.native)) if not name.startswith("_")}
    assert names == {"accumulate", "block_sums", "chunk", "rank", "transposes"}
    assert not hasattr(GENERIC, "native")


@pytest.mark.parametrize("size", [1, 2, 33, 64, 65, 1000])
def test_rank(size):
    generator = np.random.default_rng(size)
    rows = tf.constant(generator.dirichlet(np.full(size, 0.3), 500), tf.float32)
    noise = generator.integers(grid.GRID, size=(500, 1))
    noise[:2, 0] = 0, grid.GRID - 1
    expected = draw.choose(GENERIC, rows, tf.constant(noise)).numpy()
    assert np.array_equal(draw.choose(native, rows, tf.constant(noise)).numpy(), expected)
    assert len(np.unique(expected)) > min(size, 20) / 2


@pytest.mark.parametrize("batch", [(), (20,), (4, 1, 5)])
@pytest.mark.parametrize("size", [65, 1000, 1024])
def test_block_sums(size, batch):
    weights = np.random.default_rng(size).integers(1000, size=(*batch, size))
    weights = tf.constant(weights, tf.float32)
    expected = draw.block_sums(GENERIC, weights).numpy()
    assert np.array_equal(draw.block_sums(native, weights).numpy(), expected)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [2**16 + 1, 2**20])
def test_long_sums_keep_their_digits(size, mode):
    """Of positive terms, at once and of blocks; 20 epsilons were lost by XLA's own at 2**20."""
    weights = np.exp(np.random.default_rng(size).standard_normal((2, 3, size))).astype(np.float32)

    def totals(weights):
        blocks = draw.block_sums(native, weights)
        return [native.sum(x, axis=-1, keepdims=True) for x in (weights, blocks)]

    exact = weights.sum(-1, keepdims=True, dtype=np.float64)
    for total in MODES[mode](totals)(tf.constant(weights)):
        assert np.max(np.abs(total.numpy() / exact - 1)) < 4 * np.finfo(np.float32).eps


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("chunk", [30, 90])
def test_accumulate(monkeypatch, mode, chunk):
    """In full chunks and one that is shorter."""

    def of_the_test(self):  # no lambda, which AutoGraph cannot read
        return chunk

    for steps in (Native, type(native.native)):
        monkeypatch.setattr(steps, "chunk", of_the_test)
    generator = np.random.default_rng(0)
    vector = tf.constant(generator.normal(size=(6, 5)), tf.float64)
    index = tf.constant(generator.integers(5, size=(6, 1)))
    words = tf.constant(generator.integers(grid.GRID, size=(6, 2)))
    soft = tf.fill((6, 5), tf.constant(0.2, tf.float64))
    residuals = Residuals(tf.zeros_like(soft), soft, index, tf.range(5, dtype=tf.int64), words)

    def mean(xp):
        return gumbel.mean_product(xp, residuals, vector, 0.7, 23)

    actual = MODES[mode](lambda: mean(native))().numpy()
    np.testing.assert_allclose(actual, mean(GENERIC).numpy(), rtol=1e-12, atol=1e-14)
