"""The steps that JAX takes in its own way give what the generic steps of the core give."""

from __future__ import annotations

import types

import jax
import jax.export
import jax.numpy as jnp
import numpy as np
import pytest

from reinmax_multi import Residuals
from reinmax_multi._core import algebra, draw, grid, gumbel
from reinmax_multi._core.namespace import Native
from reinmax_multi._core.namespace import native as native_of
from reinmax_multi.jax import _namespace as native

GENERIC = types.SimpleNamespace(**{name: getattr(native, name) for name in native.__all__})
NAMES = {name for name in vars(type(native.native)) if not name.startswith("_")}
EPSILON = float(np.finfo(np.float32).eps)

each_size = pytest.mark.parametrize("size", [1, 2, 33, 64, 65, 1000])


def test_every_native_step_is_compared_here():
    steps = {"accumulate", "add_at", "at_once", "block_sums", "chunk", "rank", "stacked", "within"}
    assert {*steps, "transposes"} == NAMES
    assert not hasattr(GENERIC, "native")


def test_stacked():
    rows = jnp.arange(12.0).reshape(3, 4)
    expected, result = (
        native_of(xp).stacked(xp, lambda number: 2 * rows[number], 3) for xp in (GENERIC, native)
    )
    assert jnp.array_equal(result, expected)


@each_size
def test_rank(size):
    generator = np.random.default_rng(size)
    rows = jnp.asarray(generator.dirichlet(np.full(size, 0.3), 500), "float32")
    noise = generator.integers(grid.GRID, size=(500, 1)).astype(np.int32)
    noise[:2, 0] = 0, grid.GRID - 1
    expected = draw.choose(GENERIC, rows, jnp.asarray(noise))
    assert jnp.array_equal(draw.choose(native, rows, jnp.asarray(noise)), expected)
    assert len(np.unique(expected)) > min(size, 20) / 2


@pytest.mark.parametrize("batch", [(), (20,), (4, 1, 5)])
@each_size
def test_to_sample_and_its_transpose(size, batch):
    generator = np.random.default_rng(size)
    vector = jnp.asarray(generator.integers(-1000, 1000, size=(*batch, size)), "float32")
    index = jnp.asarray(generator.integers(size, size=(*batch, 1)))

    def with_transpose(xp):
        def spread(vector):
            return algebra.to_sample(xp, vector, index, jnp.arange(size))

        return spread(vector), *jax.linear_transpose(spread, vector)(vector)

    for result, expected in zip(with_transpose(native), with_transpose(GENERIC), strict=True):
        assert jnp.array_equal(result, expected)


@pytest.mark.parametrize("batch", [(), (20,), (4, 1, 5)])
@pytest.mark.parametrize("size", [65, 1000, 1024])
def test_block_sums(size, batch):
    weights = jnp.asarray(
        np.random.default_rng(size).integers(1000, size=(*batch, size)), "float32"
    )
    expected = draw.block_sums(GENERIC, weights)
    assert jnp.array_equal(draw.block_sums(native, weights), expected)


@each_size
@pytest.mark.parametrize("common", [0.0, 100.0])
def test_softmax_product_and_its_transpose(size, common):
    """Also with a part common to the whole vector, to which the product ignores."""
    generator = np.random.default_rng(size)
    q = generator.dirichlet(np.full(size, 0.3), 20).astype(np.float32)
    vector = (common + generator.normal(size=(20, size))).astype(np.float32)
    index = jnp.asarray(generator.integers(size, size=(20, 1)))
    categories = jnp.arange(size)

    def product(vector):
        centred = algebra.from_sample(native, vector, index)
        return algebra.centred_softmax_product(native, jnp.asarray(q), centred, index, categories)

    centred = vector.astype(np.float64) - np.take_along_axis(vector, np.asarray(index), -1)
    expected = q * (centred - (q * centred).sum(-1, keepdims=True) / q.sum(-1, keepdims=True))
    unit = EPSILON * np.abs(q * centred).max(-1, keepdims=True) * (1 + np.sqrt(size))
    (transposed,) = jax.linear_transpose(product, vector)(vector)
    for result in (product(vector), transposed):
        assert np.all(np.abs(result - expected) <= 4 * unit + np.finfo(np.float32).tiny)


@pytest.mark.parametrize("batch", [(), (500,), (4, 1, 5)])
@pytest.mark.parametrize("size", [65, 1000, 1024])
def test_within(size, batch):
    """In each block, also the last one, which may be shorter."""
    generator = np.random.default_rng(size)
    rows = jnp.asarray(generator.dirichlet(np.full(size, 0.3), batch), "float32")
    width = draw.block_width(size)
    block = jnp.asarray(generator.integers(-(-size // width), size=(*batch, 1)), "int32")
    noise = jnp.asarray(generator.integers(grid.GRID, size=(*batch, 1)), "int32")
    categories = jnp.arange(size, dtype="int32")
    results = (
        step.within(xp, rows, block, width, noise, categories)
        for xp, step in ((native, native.native), (GENERIC, Native()))
    )
    assert jnp.array_equal(*results)


def test_at_once_of_a_symbolic_batch():
    (batch,) = jax.export.symbolic_shape("b")
    assert native.native.at_once((batch, 5)) == 1
    assert native.native.at_once((10, 5)) == Native.at_once(native.native, (10, 5)) > 1


RESIDUALS = Residuals(
    jnp.zeros((6, 5)),
    jnp.full((6, 5), 0.2),
    jnp.asarray([[0], [1], [4], [4], [2], [3]]),
    jnp.arange(5),
    jnp.asarray(np.random.default_rng(0).integers(grid.GRID, size=(6, 2)), "int32"),
)


def mean(xp, vector, samples=23):
    return gumbel.mean_product(xp, RESIDUALS, vector, 0.7, samples)


@pytest.mark.parametrize("chunk", [30, 90])
def test_accumulate_and_its_transpose(monkeypatch, chunk):
    """In full chunks and one that is shorter."""
    monkeypatch.setattr(Native, "chunk", lambda _: chunk)
    monkeypatch.setattr(type(native.native), "chunk", lambda _: chunk)
    vector = jnp.asarray(np.random.default_rng(1).normal(size=(6, 5)), RESIDUALS.soft.dtype)
    for run in (lambda xp: mean(xp, vector), lambda xp: transposed(xp, vector)):
        expected = run(GENERIC)
        assert jnp.max(jnp.abs(run(native) - expected)) < 8 * EPSILON * jnp.max(jnp.abs(vector))


def transposed(xp, vector):
    (result,) = jax.linear_transpose(lambda v: mean(xp, v), vector)(vector)
    return result


def test_memory_of_accumulate_does_not_grow_with_the_samples(monkeypatch):
    """In reverse mode too: the weights of a step are made when the step is transposed."""
    monkeypatch.setattr(type(native.native), "chunk", lambda _: 30)
    vector = jnp.ones_like(RESIDUALS.soft)

    def space(samples):
        def gradient(vector):
            _, back = jax.vjp(lambda v: mean(native, v, samples), vector)
            return back(vector)

        compiled = jax.jit(gradient).lower(vector).compile()
        return compiled.memory_analysis().temp_size_in_bytes

    weights = 2000 * vector.nbytes
    assert space(2000) - space(20) < weights / 4
