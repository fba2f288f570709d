"""One binding for all estimators: a jax.custom_jvp around the custom gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from .. import _arguments as arguments
from .._docstring import docstring
from .._draw import GRID, stages
from .._gradient import forward, pushforward
from ..estimator import Estimator, Product, Residuals, Sample, forward_tau_of, with_settings
from . import _namespace as xp

_PARAMETERS = """
    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or 0-d array, {bound}
        Temperature of the gradient; the sample and y_soft do not depend on it. No gradient flows to
        it, and a traced value is never read, so it may change without a recompilation.{parameters}
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    axis : int
        The axis of the categories.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = {law} carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        ``key`` is missing, or the logits, ``tau`` or ``sample`` have a dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is no axis, there are no categories, or ``sample`` has
        another shape.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import {name}
    >>> y_hard, y_soft = {name}(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: ({name}(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """


class BoundEstimator(Protocol):
    """An estimator as a differentiable JAX function."""

    __name__: str

    def __call__(
        self,
        logits: jax.typing.ArrayLike,
        tau: jax.typing.ArrayLike = 1.0,
        *,
        key: jax.Array | None = None,
        axis: int = -1,
        sample: jax.typing.ArrayLike | None = None,
        **parameters: float,
    ) -> Sample: ...


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable JAX function of an estimator record."""
    sampled = _custom_jvp(estimator)

    def bound(
        logits: jax.typing.ArrayLike,
        tau: jax.typing.ArrayLike = 1.0,
        *,
        key: jax.Array | None = None,
        axis: int = -1,
        sample: jax.typing.ArrayLike | None = None,
        **parameters: float,
    ) -> Sample:
        logits = _check_logits(logits)
        last = arguments.check_axis("axis", axis, logits.ndim)
        arguments.check_size(estimator, "axis", last, logits.shape[last])
        tau = _check_tau(estimator, tau)
        settings = arguments.check_parameters(estimator, parameters)
        rows = jnp.moveaxis(logits, last, -1)
        noise = seed = None
        if sample is None:
            noise = _noise(rows, stages(rows.shape[-1]), _check_key(estimator, key))
        else:
            sample = _check_sample(sample, last, rows)
        if estimator.backward_noise:
            seed = _noise(rows, 2, jax.random.fold_in(_check_key(estimator, key), 1))
        hard, soft, _ = sampled(rows, noise, sample, seed, tau, tuple(settings.items()))
        return Sample(jnp.moveaxis(hard, -1, last), jnp.moveaxis(soft, -1, last))

    bound.__module__ = __package__  # where pickle finds the family
    bound.__name__ = bound.__qualname__ = estimator.name
    bound.__doc__ = docstring(estimator, _PARAMETERS)
    arguments.sign(bound, estimator)
    return bound


def _custom_jvp(estimator: Estimator) -> Callable[..., tuple[jax.Array, ...]]:
    """The forward pass with the estimator's pushforward; JAX transposes it for the reverse mode.

    ``tau`` is None for the Python number 1, which must stay a constant under tracing to be seen.
    """

    @partial(jax.custom_jvp, nondiff_argnums=(5,))
    def sampled(
        logits: jax.Array,
        noise: jax.Array | None,
        sample: jax.Array | None,
        seed: jax.Array | None,
        tau: Any,
        settings: tuple[tuple[str, float], ...],
    ) -> tuple[jax.Array, ...]:
        forward_tau = forward_tau_of(dict(settings))
        results: tuple[jax.Array, ...] = _forward(logits, noise, sample, forward_tau)
        return results

    @sampled.defjvp
    def rule(
        settings: tuple[tuple[str, float], ...],
        primals: tuple[Any, ...],
        tangents: tuple[Any, ...],
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        logits, _, _, seed, tau = primals
        hard, soft, index = sampled(*primals, settings)
        hard_tangent, soft_tangent = _pushforward(
            estimator.forward_product, settings, logits, soft, index, seed, tau, tangents[0]
        )
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
    product: Product,
    settings: tuple[tuple[str, float], ...],
    logits: Any,
    soft: Any,
    index: Any,
    seed: Any,
    tau: Any,
    tangent: Any,
) -> tuple[jax.Array, jax.Array]:
    """Keeps its arguments for the reverse mode and computes the rest when it comes."""
    categories, forward_tau = jnp.arange(logits.shape[-1]), forward_tau_of(dict(settings))
    residuals = Residuals(logits, soft, index, categories, seed, forward_tau)
    product = with_settings(product, dict(settings))
    return pushforward(xp, product, residuals, tangent, 1.0 if tau is None else tau)


def _noise(rows: jax.Array, count: int, key: jax.Array) -> jax.Array:
    shape = (*rows.shape[:-1], count)
    return (jax.random.bits(key, shape, "uint32") % GRID).astype("int32")


def _check_tau(estimator: Estimator, tau: Any) -> Any:
    if isinstance(tau, jax.Array):
        arguments.check_tau_array(estimator, tau.ndim, tau.dtype.name)
        return tau
    tau = arguments.check_tau_number(estimator, tau)
    return None if tau == 1.0 else tau


def _check_logits(logits: Any) -> jax.Array:
    _check_array("logits", logits)
    arguments.check_dtype(logits.dtype.name)
    if not isinstance(logits, jax.Array):  # JAX takes no bytes in the order of another machine
        logits = logits.astype(logits.dtype.name, copy=False)
    return jnp.asarray(logits)


def _check_key(estimator: Estimator, key: jax.Array | None) -> jax.Array:
    if key is None:
        remedy = (
            "also with sample=, for its gradient is random"
            if estimator.backward_noise
            else "or the categories themselves as sample="
        )
        raise TypeError(
            f"{estimator.name} needs key=: pass a PRNG key, as jax.random.key(0) or "
            f"jax.random.split makes it, {remedy}"
        )
    if not isinstance(key, (jax.Array, np.ndarray)):
        raise TypeError(
            f"key must be a PRNG key, got {type(key).__name__}: pass jax.random.key(seed)"
        )
    if not jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        try:
            key = jax.random.wrap_key_data(key)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"key must be a PRNG key, got an array of {key.dtype.name} in the shape "
                f"{key.shape}: pass jax.random.key(seed)"
            ) from error
    if key.shape != ():
        raise ValueError(
            f"key must be one key, got an array of keys in the shape {key.shape}: take one of "
            "them, or map over them with jax.vmap"
        )
    return key


def _check_sample(sample: Any, axis: int, rows: jax.Array) -> jax.Array:
    _check_array("sample", sample)
    arguments.check_sample("axis", axis, rows.shape[:-1], sample.shape, sample.dtype.name)
    if not isinstance(sample, jax.Array):  # jnp.asarray may keep the low 32 bits of a number only
        sample = np.clip(sample.astype(np.int64), -1, rows.shape[-1])
    return jnp.asarray(sample, jnp.arange(0).dtype)[..., None]


def _check_array(argument: str, value: Any) -> None:
    if not isinstance(value, (jax.Array, np.ndarray, np.generic)):
        raise TypeError(
            f"{argument} must be an array, got {type(value).__name__}: wrap it in jnp.asarray"
        )
    arguments.check_unmasked(argument, isinstance(value, np.ma.MaskedArray))
