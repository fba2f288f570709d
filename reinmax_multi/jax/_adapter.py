"""One binding for all estimators: a jax.custom_jvp around the custom gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from .._call.face import present
from .._call.prepare import prepare
from .._core.estimator import FORWARD_TAU, Estimator, Sample
from .._core.gradient import forward, pushforward
from .._core.residuals import Saved
from . import _namespace as xp
from ._face import FACE
from ._host import Host

BoundEstimator: TypeAlias = Callable[..., Sample]

Settings: TypeAlias = tuple[tuple[str, float], ...]
"""The hyper-parameters as JAX takes them for a static argument."""

HOST = Host()


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable JAX function of an estimator record."""
    sampled = _custom_jvp(estimator)

    def bound(
        logits: jax.typing.ArrayLike, tau: jax.typing.ArrayLike = 1.0, **options: Any
    ) -> Sample:
        call = prepare(HOST, estimator, logits, tau, options)
        rows, noise, sample, words, tau, settings, axis = call
        static = tuple(settings.items())
        hard, soft, _ = sampled(rows, noise, sample, words, tau, static)
        return Sample(HOST.moveaxis(hard, -1, axis), HOST.moveaxis(soft, -1, axis))

    return present(bound, estimator, FACE)


def _custom_jvp(estimator: Estimator) -> Callable[..., tuple[jax.Array, ...]]:
    """The forward pass with the estimator's pushforward; JAX transposes it for the reverse mode.

    A ``tau`` of None stays one under tracing, where a number becomes an array.
    """

    @partial(jax.custom_jvp, nondiff_argnums=(5,))
    def sampled(
        logits: jax.Array,
        noise: jax.Array | None,
        sample: jax.Array | None,
        words: jax.Array | None,
        tau: Any,
        settings: Settings,
    ) -> tuple[jax.Array, ...]:
        forward_tau = dict(settings).get(FORWARD_TAU, 1.0)
        results: tuple[jax.Array, ...] = _forward(logits, noise, sample, forward_tau)
        return results

    @sampled.defjvp
    def rule(
        settings: Settings, primals: tuple[Any, ...], tangents: tuple[Any, ...]
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        logits, _, _, words, tau = primals
        hard, soft, index = sampled(*primals, settings)
        saved = Saved(logits, soft, index, words)
        hard_tangent, soft_tangent = _pushforward(estimator, settings, saved, tangents[0], tau)
        index_tangent = np.zeros(index.shape, jax.dtypes.float0)
        return (hard, soft, index), (hard_tangent, soft_tangent, index_tangent)

    return sampled


# Compiled also where the caller does not compile: one by one, each of some thirty operations would
# be compiled for each shape.


@partial(jax.jit, static_argnums=3, inline=True)
def _forward(logits: Any, noise: Any, sample: Any, forward_tau: float) -> tuple[jax.Array, ...]:
    categories = jnp.arange(logits.shape[-1])
    return forward(xp, logits, categories, noise=noise, sample=sample, forward_tau=forward_tau)


@partial(jax.jit, static_argnums=(0, 1), inline=True)
@partial(jax.checkpoint, static_argnums=(0, 1))
def _pushforward(
    estimator: Estimator, settings: Settings, saved: Saved, tangent: Any, tau: Any
) -> tuple[jax.Array, jax.Array]:
    """Keeps its arguments for the reverse mode and computes the rest when it comes."""
    categories = jnp.arange(saved.logits.shape[-1])
    return pushforward(xp, estimator, dict(settings), saved, categories, tangent, tau)
