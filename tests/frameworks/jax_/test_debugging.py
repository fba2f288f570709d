"""Promise: what JAX offers to find faults finds none, and what has an array is taken for one."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import export

import reinmax_multi.jax
from reinmax_multi import estimators

SWITCHES = {
    "rank promotion": lambda: jax.numpy_rank_promotion("raise"),
    "dtype promotion": lambda: jax.numpy_dtype_promotion("strict"),
    "leaks": jax.checking_leaks,
    "nans": lambda: jax.debug_nans(True),
    "infs": lambda: jax.debug_infs(True),
    "x64": lambda: jax.enable_x64(True),
    "x32": lambda: jax.enable_x64(False),
    "rbg": lambda: jax.default_prng_impl("rbg"),
}
CHUNKED = {"gumbel_rao": {"num_samples": 600}}


def masked(size):
    logits = np.random.default_rng(size).normal(size=(3, size)).astype(np.float32)
    logits[0, 1] = -np.inf
    return jnp.asarray(logits)


def every_derivative(name, logits, columns, tau):
    bound, settings = getattr(reinmax_multi.jax, name), CHUNKED.get(name, {})
    key = jax.random.key(0)

    def call(logits):
        return bound(logits, tau, key=key, **settings)

    results, back = jax.vjp(call, logits)
    _, tangents = jax.jvp(call, (logits,), (jnp.ones_like(logits),))
    (gradient,) = back(results)
    (turned,) = jax.vjp(lambda x: bound(x, tau, axis=0, key=key, **settings), columns)[:1]
    return [*results, *turned, gradient, *tangents, *jax.jit(call)(logits)]


@pytest.mark.parametrize("name", estimators.__all__)
@pytest.mark.parametrize("switch", SWITCHES)
def test_nothing_is_reported_of_masked_logits(switch, name):
    """With each switch alone, and in all derivatives, compiled or not."""
    record = getattr(estimators, name)
    taus = [1.0, 1.5] if record.least_tau != record.greatest_tau else [1.0]
    for size in (5, 70):
        logits, columns = masked(size), masked(size).T
        for tau in taus:
            with SWITCHES[switch]():
                results = every_derivative(name, logits, columns, tau)
            assert all(np.all(np.isfinite(result)) for result in results)


class Boxed:
    """As ``nnx.Param`` is one."""

    def __init__(self, array):
        self.array = array

    def __jax_array__(self):
        return self.array


@pytest.mark.parametrize("name", estimators.__all__)
def test_objects_that_have_an_array(name):
    bound, logits = getattr(reinmax_multi.jax, name), masked(5)
    key, sample = jax.random.key(0), jnp.asarray([0, 2, 1])
    options = {"key": key, "sample": sample}
    results = bound(Boxed(logits), **{word: Boxed(value) for word, value in options.items()})
    for result, expected in zip(results, bound(logits, **options), strict=True):
        assert np.array_equal(result, expected)
    if getattr(estimators, name).greatest_tau > 1:
        assert np.array_equal(bound(logits, Boxed(jnp.float32(1.5)), key=key)[1], results[1])


@pytest.mark.parametrize("size", [5, 70])
@pytest.mark.parametrize("name", estimators.__all__)
def test_export_with_a_symbolic_batch(name, size):
    bound, settings = getattr(reinmax_multi.jax, name), CHUNKED.get(name, {})
    logits, key = masked(size), jax.random.key(0)

    def program(logits, key):
        def loss(logits):
            hard, _ = bound(logits, key=key, **settings)
            return ((hard - 0.3) ** 3).sum(), hard

        return jax.grad(loss, has_aux=True)(logits)

    (batch,) = export.symbolic_shape("b")
    open_logits = jax.ShapeDtypeStruct((batch, size), logits.dtype)
    written = export.export(jax.jit(program))(open_logits, key).serialize()
    gradient, hard = export.deserialize(written).call(logits, key)
    expected = jax.jit(program)(logits, key)
    assert np.array_equal(hard, expected[1])
    np.testing.assert_allclose(gradient, expected[0], atol=1e-5)


@pytest.mark.parametrize("name", ["reinmax", "gumbel_rao", "decoupled_straight_through"])
@pytest.mark.parametrize("switch", SWITCHES)
def test_nothing_is_reported_of_certain_binary_variables(switch, name):
    bound, key = getattr(reinmax_multi.jax.bernoulli, name), jax.random.key(0)
    logits = jnp.asarray([np.inf, -np.inf, 0.5], "float32")
    with SWITCHES[switch]():
        results, back = jax.vjp(lambda x: bound(x, 1.5, key=key), logits)
        (gradient,) = back(results)
        compiled = jax.jit(lambda x: bound(x, 1.5, key=key))(logits)
    assert all(np.all(np.isfinite(each)) for each in (*results, gradient, *compiled))
    assert not gradient[:2].any()
