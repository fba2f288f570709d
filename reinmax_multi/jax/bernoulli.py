"""The family for binary variables, in JAX: each 1 with probability sigmoid(logits)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax

from .. import estimators
from .._call.prepare import prepare_draw, prepare_logits
from .._call.sampling import documented
from .._core.binary import binary, values_drawn
from .._core.estimator import Estimator
from . import _namespace as xp
from ._adapter import BoundEstimator, bound_as
from ._face import BERNOULLI
from ._host import HOST, as_array, standard_promotion
from ._mesh import Split
from ._sampling import on_mesh_as


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable JAX function of an estimator record for binary variables."""
    return bound_as(binary(estimator), BERNOULLI)


decoupled_straight_through = bind(estimators.decoupled_straight_through)
gapped_straight_through = bind(estimators.gapped_straight_through)
gumbel_rao = bind(estimators.gumbel_rao)
gumbel_softmax = bind(estimators.gumbel_softmax)
minimum_variance = bind(estimators.minimum_variance)
reinmax = bind(estimators.reinmax)
reinmax_cv = bind(estimators.reinmax_cv)
reinmax_rao = bind(estimators.reinmax_rao)
straight_through = bind(estimators.straight_through)
zgr = bind(estimators.zgr)


@documented(
    BERNOULLI,
    """
>>> import jax
>>> import jax.numpy as jnp
>>> from reinmax_multi.jax.bernoulli import draw
>>> draw(jnp.zeros((4, 3)), sample_shape=(2,), key=jax.random.key(0)).shape
(2, 4, 3)
""",
)
def draw(
    logits: jax.typing.ArrayLike,
    *,
    sample_shape: Sequence[int] = (),
    key: jax.Array | None = None,
) -> jax.Array:
    logits, key = as_array("logits", logits), as_array("key", key)
    with standard_promotion():
        rows, noise, shape = prepare_draw(HOST, logits, sample_shape, None, key, binary=True)
        values: jax.Array = _drawn(jax.lax.stop_gradient(rows), noise, shape)
        return values


@partial(jax.jit, static_argnums=2)
def _drawn(rows: Any, noise: Any, shape: tuple[int, ...]) -> jax.Array:
    def run(rows: jax.Array, noise: jax.Array) -> jax.Array:
        return HOST.reshape(values_drawn(xp, rows, noise), shape, 1, 0)

    spread = on_mesh_as(run, rows, lambda *split: Split(*[None] * len(shape), *split[:-1]))
    result: jax.Array = spread(rows, noise)
    return result


@documented(
    BERNOULLI,
    """
>>> import jax.numpy as jnp
>>> from reinmax_multi.jax.bernoulli import mode
>>> mode(jnp.array([0.5, 0.0, -jnp.inf])).tolist()
[1, 0, 0]
""",
)
def mode(logits: jax.typing.ArrayLike) -> jax.Array:
    checked: jax.Array = prepare_logits(HOST, as_array("logits", logits))
    return (checked > 0).astype(int)


__all__ = [
    "BoundEstimator",
    "bind",
    "decoupled_straight_through",
    "draw",
    "gapped_straight_through",
    "gumbel_rao",
    "gumbel_softmax",
    "minimum_variance",
    "mode",
    "reinmax",
    "reinmax_cv",
    "reinmax_rao",
    "straight_through",
    "zgr",
]
