"""One binding for all estimators: a jax.custom_jvp around the custom gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from .._call.face import Face, present
from .._call.prepare import prepare
from .._core.estimator import FORWARD_TAU, Estimator, Sample
from .._core.passes import passes
from .._core.residuals import Saved
from . import _namespace as xp
from ._categories import gathered, namespace_for
from ._face import FACE
from ._host import HOST, as_array, check_categories, standard_promotion
from ._mesh import Split, on_mesh, split_of, varying_as, varying_axes, whole_rows

BoundEstimator: TypeAlias = Callable[..., Sample]

Settings: TypeAlias = tuple[tuple[str, float], ...]
"""The hyper-parameters as JAX takes them for a static argument."""

custom_derivatives: Any = jax.custom_derivatives  # without types


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable JAX function of an estimator record."""
    return bound_as(estimator, FACE)


def bound_as(estimator: Estimator, face: Face) -> BoundEstimator:
    """The function of a record, of rows or of binary variables, under a face."""
    sampled = _custom_jvp(estimator)

    def bound(
        logits: jax.typing.ArrayLike, tau: jax.typing.ArrayLike = 1.0, **options: Any
    ) -> Sample:
        options = {name: as_array(name, value) for name, value in options.items()}
        with standard_promotion():
            call = prepare(
                HOST, estimator, as_array("logits", logits), as_array("tau", tau), options
            )
            _, rows, noise, sample, words, temperature, settings, axis, shape = call
            check_categories(rows, axis)
            static = tuple(settings.items())
            hard, soft, _ = sampled(rows, noise, sample, words, temperature, static)
            if shape:
                hard = HOST.reshape(hard, shape, 1, 0)
            return Sample(HOST.placed(hard, axis), HOST.placed(soft, axis))

    return present(bound, estimator, face)


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
        hard, soft, index = _forward(logits, noise, sample, forward_tau, passes(estimator).forward)
        return varying_as(hard, words, tau), soft, index

    @sampled.defjvp
    def rule(
        settings: Settings, primals: tuple[Any, ...], tangents: tuple[Any, ...]
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        logits, _, _, words, tau = primals
        with standard_promotion():
            hard, soft, index = sampled(*primals, settings)
            saved = Saved(logits, soft, index, words)
            pushed = partial(_pushforward, estimator, settings, tangent=tangents[0], tau=tau)
            hard_tangent, soft_tangent = pushed(saved)
            if varying_axes(index) - varying_axes(soft):
                likeliest = jnp.argmax(soft, axis=-1, keepdims=True).astype(index.dtype)
                if index.ndim > soft.ndim:  # several samples, of which one will do
                    likeliest, words = likeliest[None], None if words is None else words[:1]
                _, soft_tangent = pushed(saved._replace(index=likeliest, words=words))
            hard_tangent = varying_as(hard_tangent, hard)
        index_tangent = custom_derivatives.zero_from_primal(index)
        return (hard, soft, index), (hard_tangent, soft_tangent, index_tangent)

    return sampled


# Compiled also where the caller does not compile: one by one, each of some thirty operations would
# be compiled for each shape.


@partial(jax.jit, static_argnums=(3, 4), inline=True)
def _forward(
    logits: Any, noise: Any, sample: Any, forward_tau: float, forward: Callable[..., Any]
) -> tuple[jax.Array, ...]:
    split, names = split_of(logits), namespace_for(logits)

    def run(logits: Any, noise: Any, sample: Any) -> tuple[jax.Array, ...]:
        categories = jnp.arange(logits.shape[-1])
        hard, soft, index = forward(
            names, logits, categories, noise=noise, sample=sample, forward_tau=forward_tau
        )
        return hard, soft, index

    if split is not None:
        several = [None] * _is_several(logits, noise, sample)
        of_index = whole_rows(split)
        run = on_mesh(run, logits, Split(*several, *split), split, Split(*several, *of_index))
    return run(gathered(logits), noise, sample)


def _is_several(logits: Any, noise: Any, sample: Any) -> bool:
    return len((noise if sample is None else sample).shape) > len(logits.shape)


@partial(jax.checkpoint, static_argnums=(0, 1))
@partial(jax.jit, static_argnums=(0, 1))
def _pushforward(
    estimator: Estimator, settings: Settings, saved: Saved, tangent: Any, tau: Any
) -> tuple[jax.Array, jax.Array]:
    """Keeps its arguments for the reverse mode and computes the rest when it comes."""
    split = split_of(saved.logits)

    def run(saved: Saved, tangent: Any, tau: Any) -> tuple[jax.Array, jax.Array]:
        categories = jnp.arange(saved.logits.shape[-1])
        hard, soft = passes(estimator).pushforward(
            xp, estimator, dict(settings), saved, categories, tangent, tau
        )
        return hard, soft

    if split is not None:
        several = [None] * (saved.index.ndim > saved.logits.ndim)
        run = on_mesh(run, saved.logits, Split(*several, *split), split)
    whole = partial(gathered, always=estimator.greatest_size is not None)
    saved = saved._replace(logits=whole(saved.logits), soft=whole(saved.soft))
    return run(saved, whole(tangent), tau)
