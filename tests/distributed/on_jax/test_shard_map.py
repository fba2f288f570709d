"""Promise: inside ``jax.shard_map``, with its checks, each device gives what it gives alone."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType

from reinmax_multi import estimators
from tests.distributed.on_jax.problem import (
    TEMPERED,
    P,
    arrays,
    assert_same,
    everything,
    mesh,
    placed,
)

DEVICES, ROWS, SIZE = 4, 3, 6
VARYING = {  # what differs between the devices
    "logits": {"logits"},
    "key": {"key"},
    "logits and key": {"logits", "key"},
    "tau": {"tau"},
    "sample": {"sample"},
    "all": {"logits", "key", "tau", "sample"},
}


def parts(name, varying):
    """The arguments of all devices, stacked, and of each."""
    logits, g, h = arrays(DEVICES * ROWS, SIZE)
    keys, taus = jax.random.split(jax.random.key(3), DEVICES), jnp.linspace(1.2, 2, DEVICES)
    sample = np.random.default_rng(5).integers(SIZE, size=DEVICES * ROWS).astype("int32")
    values = {"logits": logits, "g": g, "h": h, "key": keys}
    if name in TEMPERED:
        values["tau"] = taus
    if "sample" in varying:
        values["sample"] = sample
    share = {key: len(value) // DEVICES for key, value in values.items()}
    whole = {key: value if key in varying else value[: share[key]] for key, value in values.items()}
    each = [
        {
            key: value[device * share[key] :][: share[key]] if key in varying else value
            for key, value in whole.items()
        }
        for device in range(DEVICES)
    ]
    return whole, each


def run_of(name):
    def run(values):
        one = {key: value[0] for key, value in values.items() if key in {"key", "tau"}}
        return everything(name)(**{**values, **one})

    return run


def check(name, varying):
    whole, each = parts(name, varying)

    def stacked(values):
        results = run_of(name)(values)
        assert "rows" in jax.typeof(results[0]).manual_axis_type.varying
        for result in (results[1], results[4]):  # y_soft is a function of the logits alone
            assert ("rows" in jax.typeof(result).manual_axis_type.varying) == ("logits" in varying)
        return [_varying(result)[None] for result in results]

    specs = {key: P("rows") if key in varying else P() for key in whole}
    devices = mesh(DEVICES, kind=AxisType.Auto)
    mapped = jax.shard_map(stacked, mesh=devices, in_specs=(specs,), out_specs=P("rows"))
    results = [np.asarray(result) for result in jax.jit(mapped)(whole)]
    alone = jax.jit(run_of(name))
    expected = [[np.asarray(part) for part in alone(values)] for values in each]
    if "logits" not in varying:  # of what they share JAX adds up y_hard's; y_soft is one array
        nothing = np.zeros((ROWS, SIZE), np.float32)
        total = sum(alone({**values, "h": nothing})[2] for values in each)
        total = np.asarray(total + alone({**each[0], "g": nothing})[2]) / DEVICES
        expected = [[*parts[:2], total, *parts[3:]] for parts in expected]
        results[2] = results[2] / DEVICES
    for device, values in enumerate(each):
        local = [result[device] for result in results]
        assert_same(local, expected[device], values["g"], values["h"])


def _varying(result):
    missing = {"rows"} - jax.typeof(result).manual_axis_type.varying
    return jax.lax.pcast(result, tuple(missing), to="varying") if missing else result


@pytest.mark.parametrize("name", estimators.__all__)
def test_rows_and_keys_of_each_device(name):
    check(name, VARYING["logits and key"])


@pytest.mark.parametrize("name", ["reinmax", "gumbel_rao"])
@pytest.mark.parametrize("varying", ["logits", "key", "tau", "sample", "all"])
def test_whatever_differs_between_devices(name, varying):
    check(name, VARYING[varying])


def test_in_a_loop_whose_steps_are_checkpointed():
    devices, (logits, g, h) = mesh(DEVICES, kind=AxisType.Auto), arrays(DEVICES * ROWS, SIZE)

    def steps(logits, g, h):
        @jax.checkpoint
        def step(carry, number):
            key = jax.random.fold_in(jax.random.key(0), number)
            hard, _, gradient, *_ = everything("gumbel_rao")(carry, g, h, key)
            return carry - 0.1 * jnp.where(jnp.isfinite(carry), gradient, 0.0), hard

        return jax.lax.scan(step, logits, jnp.arange(3))

    split = P("rows"), P(None, "rows")
    mapped = jax.shard_map(steps, mesh=devices, in_specs=P("rows"), out_specs=split)
    moved, hard = jax.jit(mapped)(logits, g, h)
    for device in range(DEVICES):
        own = slice(device * ROWS, (device + 1) * ROWS)
        expected, samples = jax.jit(steps)(logits[own], g[own], h[own])
        assert np.array_equal(hard[:, own], samples)
        np.testing.assert_allclose(moved[own], expected, rtol=1e-5)


def test_categories_stay_with_the_compiler_where_the_rows_are_mapped():
    """The way to spread categories inside ``shard_map``: it maps the axis of the rows alone."""
    devices, (logits, g, h) = mesh(2, 2), arrays(8, 70)
    local = placed(devices, P("rows", "categories"), logits, g, h)
    run = everything("reinmax")

    def mapped(logits, g, h):
        key = jax.random.fold_in(jax.random.key(0), jax.lax.axis_index("rows"))
        return run(logits, g, h, key)

    with jax.set_mesh(devices):
        split = jax.shard_map(mapped, in_specs=P("rows"), out_specs=P("rows"), axis_names={"rows"})
        results = jax.jit(split)(*local)
    assert all(result.sharding.spec == P("rows", "categories") for result in results)
    for device in range(2):
        own = slice(4 * device, 4 * device + 4)
        key = jax.random.fold_in(jax.random.key(0), device)
        expected = jax.jit(run)(logits[own], g[own], h[own], key)
        assert_same([result[own] for result in map(np.asarray, results)], expected, g[own], h[own])
