"""A call with all its derivatives, and what it must give however its arrays are placed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

import backends
import reinmax_multi.jax
from reinmax_multi import estimators

P = PartitionSpec
UNITS = backends.sheet("jax").tolerance["cpu"] * float(np.finfo(np.float32).eps)
TEMPERED = {
    name
    for name in estimators.__all__
    if (record := getattr(estimators, name)).least_tau != record.greatest_tau
}
SETTINGS = {
    "decoupled_straight_through": {"forward_tau": 0.7},
    "gumbel_rao": {"num_samples": 200},  # more than one chunk
    "reinmax_rao": {"num_samples": 3},
    "reinmax_cv": {"num_samples": 3},
}


def mesh(*sizes: int, kind: AxisType = AxisType.Explicit) -> Mesh:
    """Of the first devices, with axes "rows" and "categories"."""
    names = ("rows", "categories")[: len(sizes)]
    devices = jax.devices()[: int(np.prod(sizes))]
    return jax.make_mesh(sizes, names, axis_types=(kind,) * len(sizes), devices=devices)


def arrays(rows: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits, of which some are masked, and cotangents of y_hard and y_soft."""
    generator = np.random.default_rng(size)
    logits, g, h = generator.normal(size=(3, rows, size)).astype(np.float32)
    logits[0, 1:3] = -np.inf
    return 2 * logits, g, h


def everything(name: str, sample: Any = None) -> Callable[..., tuple[jax.Array, ...]]:
    """y_hard, y_soft, the gradient, and both tangents."""
    bound = getattr(reinmax_multi.jax, name)
    settings = SETTINGS.get(name, {})

    def run(
        logits: Any, g: Any, h: Any, key: Any, tau: Any = None, sample: Any = sample
    ) -> tuple[jax.Array, ...]:
        tau = (1.3 if name in TEMPERED else 1.0) if tau is None else tau

        def call(logits: jax.Array) -> Any:
            return bound(logits, tau, key=key, sample=sample, **settings)

        result, push = jax.linearize(call, logits)
        g, h = (_typed_as(part, like) for part, like in zip((g, h), result, strict=True))
        (gradient,) = jax.linear_transpose(push, logits)(type(result)(g, h))
        tangents = push(jnp.where(jnp.isfinite(logits), jnp.cos(logits), 1.0))
        return (*result, gradient, *tangents)

    return run


def _typed_as(cotangent: jax.Array, like: jax.Array) -> jax.Array:
    """Varying where the output is."""
    axes = jax.typeof(like).manual_axis_type.varying
    missing = axes - jax.typeof(cotangent).manual_axis_type.varying
    return jax.lax.pcast(cotangent, tuple(missing), to="varying") if missing else cotangent


def placed(mesh: Mesh, split: PartitionSpec, *values: np.ndarray) -> list[jax.Array]:
    return [jax.device_put(value, NamedSharding(mesh, split)) for value in values]


def assert_same(results: Any, expected: Any, g: np.ndarray, h: np.ndarray) -> None:
    """The same samples; numbers within the tolerance of the sheet, by the largest of the row."""
    unit = UNITS * (1 + np.abs(g).max(-1, keepdims=True) + np.abs(h).max(-1, keepdims=True))
    assert np.array_equal(results[0], expected[0], equal_nan=True)
    for result, other in zip(results[1:], expected[1:], strict=True):
        assert np.all(np.abs(np.asarray(result) - np.asarray(other)) <= unit)
