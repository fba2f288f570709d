"""The custom gradient that every adapter registers: one forward, one pullback, one pushforward.

float16 and bfloat16 are computed in float32. Their softmax is not read back from the rounded output
but computed anew from the logits, so the gradient has one rounding, at its end.
"""

from __future__ import annotations

from ._draw import block_sums, draw
from ._math import (
    Array,
    Namespace,
    centred_softmax_product,
    from_sample,
    one_hot,
    unnormalised,
    working_dtype,
)
from .estimator import Product, Residuals, Tau


def forward(
    xp: Namespace,
    logits: Array,
    categories: Array,
    *,
    noise: Array | None = None,
    sample: Array | None = None,
    forward_tau: float = 1.0,
) -> tuple[Array, Array, Array]:
    """Draw by ``noise``, or take the categories of ``sample``; exactly one of the two is given.

    Parameters
    ----------
    logits : (..., K) float16, bfloat16, float32 or float64
    categories : (K,) 0 .. K - 1 in the integer dtype of the index
    noise : (..., stages(K)) int32, as :func:`._draw.draw` takes it
    sample : (..., 1) integer, in the dtype of ``categories``
    forward_tau : the law of the sample is softmax(logits / forward_tau)

    Returns
    -------
    y_hard, y_soft : (..., K) in the dtype of ``logits``; y_hard is NaN in a row that has no
        distribution and in a row whose ``sample`` is no category
    index : (..., 1) the category, within 0 .. K - 1 whatever happened

    """
    soft, shares, total = _law(xp, _widen(xp, logits), forward_tau)
    cold = total - total  # 0, or NaN in a row without a distribution
    if sample is None:
        index = draw(xp, soft, shares, noise, categories)
    else:
        index = xp.maximum(xp.minimum(sample, categories[-1:]), categories[:1])
        cold = xp.where(index == sample, cold, xp.full_like(cold, float("nan")))
    hard = one_hot(xp, xp.astype(cold, logits.dtype, copy=False), index, categories)
    return hard, xp.astype(soft, logits.dtype, copy=False), index


def pullback(
    xp: Namespace,
    product: Product,
    residuals: Residuals,
    hard_cotangent: Array | None,
    soft_cotangent: Array | None,
    tau: Tau,
) -> Array | None:
    """The cotangent of the logits, W g + J(pi) h, for the product W of the reverse mode; a
    cotangent of None is a zero that costs nothing. Where ``residuals.soft`` is None, it is computed
    from the logits, by the operations of the forward pass.
    """
    dtype = residuals.logits.dtype
    residuals = _widen_residuals(xp, residuals)
    result = None
    if hard_cotangent is not None:
        result = product(xp, residuals, _widen(xp, hard_cotangent), tau)
    if soft_cotangent is not None:
        exact = _soft_product(xp, residuals, _widen(xp, soft_cotangent))
        result = exact if result is None else result + exact
    return None if result is None else xp.astype(result, dtype, copy=False)


def pushforward(
    xp: Namespace, product: Product, residuals: Residuals, tangent: Array, tau: Tau
) -> tuple[Array, Array]:
    """The tangents of y_hard and y_soft, W^T v and J(pi) v, for the product of the forward mode."""
    dtype = residuals.logits.dtype
    residuals, tangent = _widen_residuals(xp, residuals), _widen(xp, tangent)
    hard = product(xp, residuals, tangent, tau)
    soft = _soft_product(xp, residuals, tangent)
    return xp.astype(hard, dtype, copy=False), xp.astype(soft, dtype, copy=False)


def _law(xp: Namespace, logits: Array, forward_tau: float) -> tuple[Array, Array, Array]:
    """softmax(logits / forward_tau), from which the sample is drawn, its block sums, and the total
    by which both were divided.
    """
    weights = unnormalised(xp, logits, None if forward_tau == 1 else forward_tau)
    blocks = block_sums(xp, weights)
    total = xp.sum(blocks, axis=-1, keepdims=True)
    soft = weights / total
    return soft, soft if blocks is weights else blocks / total, total


def _soft_product(xp: Namespace, residuals: Residuals, vector: Array) -> Array:
    soft, index, categories = residuals.soft, residuals.index, residuals.categories
    centred = from_sample(xp, vector, index)
    if residuals.forward_tau != 1:
        centred /= residuals.forward_tau
    return centred_softmax_product(xp, soft, centred, index, categories)


def _widen(xp: Namespace, array: Array) -> Array:
    return xp.astype(array, working_dtype(xp, array.dtype), copy=False)


def _widen_residuals(xp: Namespace, residuals: Residuals) -> Residuals:
    given, soft, index, categories, seed, forward_tau = residuals
    logits = _widen(xp, given)
    if soft is None or logits.dtype != given.dtype:
        soft, _, _ = _law(xp, logits, forward_tau)
    return Residuals(logits, soft, index, categories, seed, forward_tau)
