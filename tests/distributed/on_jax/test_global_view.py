"""Promise: an array that is spread over a mesh gives what it gives on one device, spread alike."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding

import reinmax_multi.jax
from tests.distributed.on_jax.problem import (
    FAMILY,
    P,
    arrays,
    assert_same,
    everything,
    mesh,
    placed,
    unless,
)

ROWS, SIZE = 8, 70  # a block of 16 categories lies on two devices
FEW = unless(lambda name: name != "reinmax", "straight_through", "reinmax", "gumbel_rao")
SPLITS = {
    "rows": P("rows"),
    "categories": P(None, "categories"),
    "both": P("rows", "categories"),
    "categories over both": P(None, ("rows", "categories")),
    "replicated": P(),
}


@functools.cache
def expected(name, size):
    return jax.jit(everything(name))(*arrays(ROWS, size), jax.random.key(0))


def check(name, size, split, kind=AxisType.Explicit):
    devices = mesh(2, 2 if size % 4 else 4, kind=kind)
    logits, g, h = arrays(ROWS, size)
    local = placed(devices, split, logits, g, h)
    # on automatic axes the compiler chooses the split of what a program returns, unless told
    wanted = NamedSharding(devices, split) if kind is AxisType.Auto else None
    results = jax.jit(everything(name), out_shardings=wanted)(*local, jax.random.key(0))
    for result in results:
        assert result.sharding.is_equivalent_to(NamedSharding(devices, split), result.ndim)
    assert_same(results, expected(name, size), g, h)


@pytest.mark.parametrize("name", FAMILY)
def test_rows_and_categories_over_explicit_axes(name):
    check(name, SIZE, SPLITS["both"])


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("split", ["rows", "replicated"])
def test_explicit_axes(name, split):
    check(name, SIZE, SPLITS[split])


@pytest.mark.parametrize(
    ("size", "split"),
    unless(
        lambda size, split: size != 96 and split == "categories over both",
        *(
            (size, split)
            for size in (8, 96, 512)
            for split in ("categories", "categories over both")
        ),
    ),
)
def test_short_and_long_rows(size, split):
    """Gathered whole; with blocks on more than two devices; with whole blocks on each."""
    check("reinmax", size, SPLITS[split])


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("split", ["rows", "both"])
def test_automatic_axes(name, split):
    check(name, 96, SPLITS[split], AxisType.Auto)


def test_an_eager_call_needs_no_mesh_and_an_eager_gradient_takes_the_one_that_is_set():
    devices, (logits, g, h) = mesh(4), arrays(ROWS, SIZE)
    local = placed(devices, P("rows"), logits, g, h)
    bound = reinmax_multi.jax.reinmax
    hard, soft = bound(local[0], 1.3, key=jax.random.key(0))
    assert hard.sharding.is_equivalent_to(local[0].sharding, 2)
    assert soft.sharding.is_equivalent_to(local[0].sharding, 2)
    with jax.set_mesh(devices):
        results = everything("reinmax")(*local, jax.random.key(0))
    assert_same(results, expected("reinmax", SIZE), g, h)
    assert np.array_equal(hard, results[0])


def test_another_axis_and_a_sample_that_is_given():
    devices, (logits, g, _) = mesh(2, 2), arrays(ROWS, SIZE)
    sample = np.arange(ROWS, dtype="int32")
    (turned,) = placed(devices, P("categories", "rows"), logits.T)
    (spread,) = placed(devices, P("rows"), sample)

    @jax.jit
    def gradient(logits, sample):
        def loss(logits):
            return (
                reinmax_multi.jax.reinmax(logits, axis=0, sample=sample).y_hard ** 3 * g.T
            ).sum()

        return jax.grad(loss)(logits)

    result = gradient(turned, spread)
    assert result.sharding.is_equivalent_to(turned.sharding, 2)
    np.testing.assert_allclose(result, gradient(logits.T, sample), atol=1e-6)


@pytest.mark.parametrize(
    "kind", unless(lambda kind: kind is AxisType.Auto, AxisType.Explicit, AxisType.Auto)
)
def test_vmap_remat_donation_and_shardings_of_jit(kind):
    devices, (logits, g, h) = mesh(2, 2, kind=kind), arrays(ROWS, 96)
    stacked = [np.stack([part, part[::-1]]) for part in (logits, g, h)]
    keys = jax.random.split(jax.random.key(0))
    run = jax.vmap(jax.checkpoint(everything("reinmax")), spmd_axis_name="rows")
    place = NamedSharding(devices, P("rows", None, "categories"))
    over = NamedSharding(devices, P("rows"))
    jitted = jax.jit(
        run, in_shardings=(place, place, place, over), out_shardings=place, donate_argnums=0
    )
    results = jitted(*(jax.device_put(part, place) for part in stacked), jax.device_put(keys, over))
    plain = jax.jit(jax.vmap(everything("reinmax")))(*stacked, keys)
    assert all(result.sharding.is_equivalent_to(place, 3) for result in results)
    assert_same(results, plain, stacked[1], stacked[2])


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("split", ["rows", "both"])
def test_several_samples(name, split):
    devices, (logits, _, h) = mesh(2, 2), arrays(ROWS, 96)
    g = np.random.default_rng(0).normal(size=(3, ROWS, 96)).astype(np.float32)
    spread, spread_h = placed(devices, SPLITS[split], logits, h)
    (spread_g,) = placed(devices, P(None, *SPLITS[split]), g)
    bound = getattr(reinmax_multi.jax, name)

    @jax.jit
    def run(logits, g, h):
        (hard, soft), back = jax.vjp(
            lambda x: tuple(bound(x, key=jax.random.key(0), sample_shape=(3,))), logits
        )
        return hard, soft, *back((g, h))

    results = run(spread, spread_g, spread_h)
    for result, wanted, like in zip(
        results, run(logits, g, h), (spread_g, spread, spread), strict=True
    ):
        np.testing.assert_allclose(result, wanted, rtol=1e-5, atol=2e-6)
        assert result.sharding.is_equivalent_to(like.sharding, result.ndim)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(
    ("size", "kind"),
    unless(
        lambda size, kind: size == 8 or kind is AxisType.Auto,
        *((size, kind) for size in (8, 96) for kind in (AxisType.Explicit, AxisType.Auto)),
    ),
)
def test_categories_and_mixtures_are_those_of_one_device(size, kind, split):
    logits, devices = arrays(ROWS, size)[0], mesh(2, 2, kind=kind)
    (spread,) = placed(devices, SPLITS[split], logits)

    @jax.jit
    def run(logits):
        key = jax.random.key(0)
        drawn = [
            reinmax_multi.jax.draw(logits, sample_shape=shape, key=key) for shape in ((), (3,))
        ]
        mixed, push = jax.linearize(lambda x: reinmax_multi.jax.unimix(x, 0.1), logits)
        (gradient,) = jax.linear_transpose(push, logits)(jnp.where(mixed < -3, mixed, 0.0))
        return *drawn, reinmax_multi.jax.mode(logits), mixed, gradient

    results = one, several, likeliest, mixed, gradient = run(spread)
    for result, expected in zip(results, run(logits), strict=True):
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)
    if kind is AxisType.Explicit:
        of_rows = P(*SPLITS[split][:1])
        for result, wanted in ((one, of_rows), (several, P(None, *of_rows)), (likeliest, of_rows)):
            assert result.sharding.is_equivalent_to(NamedSharding(devices, wanted), result.ndim)
        for result in mixed, gradient:
            assert result.sharding.is_equivalent_to(spread.sharding, 2)
