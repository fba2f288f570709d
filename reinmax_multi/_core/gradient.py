"""The custom gradient that every adapter registers: one forward, one pullback, one pushforward.

float16 and bfloat16 are computed in float32. Their softmax is not read back from the rounded output
but computed anew from the logits, so the gradient has one rounding, at its end.

A record with the hyper-parameter ``forward_tau`` draws from softmax(logits / forward_tau). All that
follows is then a function of logits / forward_tau: they are the logits of its residuals, and its
``tau`` is relative to forward_tau. Wherever a ``tau`` is given here, it is the user's, and None is
that of the distribution.
"""

from __future__ import annotations

from .algebra import (
    centred_softmax_product,
    from_sample,
    unnormalised,
    widen,
    zero_or_nan,
)
from .draw import block_sums, draw
from .estimator import FORWARD_TAU, Estimator, Product, Settings
from .namespace import Array, Namespace, native
from .residuals import Residuals, Saved, Tau


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
    noise : (..., stages(K)) int32 or int64, as :func:`.draw.draw` takes it
    sample : (..., 1) integer, in the dtype of ``categories``
    forward_tau : the distribution of the sample is softmax(logits / forward_tau)

    Returns
    -------
    y_hard, y_soft : (..., K) in the dtype of ``logits``; y_hard is NaN in a row that has no
        distribution and in a row whose ``sample`` is no category
    index : (..., 1) the category, always within 0 .. K - 1

    """
    soft, shares, total = _distribution(xp, _drawn_from(xp, logits, forward_tau))
    off_value = zero_or_nan(total)
    if sample is None:
        index = draw(xp, soft, shares, noise, categories)
    else:
        first, last = native(xp).ends(categories)
        index = xp.maximum(xp.minimum(sample, last), first)
        off_value = xp.where(index == sample, off_value, xp.full_like(off_value, float("nan")))
    off_value = xp.astype(off_value, logits.dtype, copy=False)
    hard = native(xp).one_hot(xp, off_value, index, categories)
    return hard, xp.astype(soft, logits.dtype, copy=False), index


def pullback(
    xp: Namespace,
    estimator: Estimator,
    settings: Settings,
    saved: Saved,
    categories: Array,
    hard_cotangent: Array | None,
    soft_cotangent: Array | None,
    tau: Tau | None,
) -> Array | None:
    """The cotangent of the logits, W g + J(pi) h; a cotangent of None is zero and costs nothing.

    ``settings`` are the hyper-parameters of the call and ``categories`` are those of the forward
    pass. The result has the dtype of the logits.
    """
    residuals = _residuals(xp, saved, categories, settings)
    result = None
    if hard_cotangent is not None:
        g = widen(xp, hard_cotangent)
        result = _apply(estimator.product, xp, residuals, g, tau, settings)
    if soft_cotangent is not None:
        exact = _soft_product(xp, residuals, widen(xp, soft_cotangent), settings)
        result = exact if result is None else result + exact
    return None if result is None else xp.astype(result, saved.logits.dtype, copy=False)


def pushforward(
    xp: Namespace,
    estimator: Estimator,
    settings: Settings,
    saved: Saved,
    categories: Array,
    tangent: Array,
    tau: Tau | None,
) -> tuple[Array, Array]:
    """The tangents of y_hard and y_soft, W^T v and J(pi) v, in the dtype of the logits."""
    dtype = saved.logits.dtype
    residuals, v = _residuals(xp, saved, categories, settings), widen(xp, tangent)
    hard = _apply(estimator.pushforward_product, xp, residuals, v, tau, settings)
    soft = _soft_product(xp, residuals, v, settings)
    return xp.astype(hard, dtype, copy=False), xp.astype(soft, dtype, copy=False)


def _apply(
    product: Product,
    xp: Namespace,
    residuals: Residuals,
    vector: Array,
    tau: Tau | None,
    settings: Settings,
) -> Array:
    to_distribution = relative(xp, residuals.logits, settings, tau)
    return product(xp, residuals, vector, to_distribution, **settings)


def relative(xp: Namespace, logits: Array, settings: Settings, tau: Tau | None) -> Tau:
    """The temperature relative to that of the distribution."""
    forward_tau = settings.get(FORWARD_TAU, 1.0)
    if tau is None:
        return 1.0
    if forward_tau == 1:
        return tau
    if not isinstance(tau, (int, float)):
        tau = xp.astype(tau, logits.dtype, copy=False)
    return tau / forward_tau


def _soft_product(xp: Namespace, residuals: Residuals, vector: Array, settings: Settings) -> Array:
    """J(pi) v / forward_tau, the derivative of softmax(logits / forward_tau)."""
    centred = from_sample(xp, vector, residuals.index)
    forward_tau = settings.get(FORWARD_TAU, 1.0)
    if forward_tau != 1:
        centred /= forward_tau
    return centred_softmax_product(
        xp, residuals.soft, centred, residuals.index, residuals.categories
    )


def _residuals(xp: Namespace, saved: Saved, categories: Array, settings: Settings) -> Residuals:
    """What a product gets: in the working dtype, of the distribution that was drawn from."""
    logits = _drawn_from(xp, saved.logits, settings.get(FORWARD_TAU, 1.0))
    soft = saved.soft
    if soft is None or soft.dtype != logits.dtype:
        soft, _, _ = _distribution(xp, logits)
    return Residuals(logits, soft, saved.index, categories, saved.words)


def _drawn_from(xp: Namespace, logits: Array, forward_tau: float) -> Array:
    """The logits of the distribution that is drawn from, in the working dtype.

    The quotient is that of the difference from the largest logit: large logits that differ by
    little keep their digits.
    """
    logits = widen(xp, logits)
    if forward_tau == 1:
        return logits
    return (logits - xp.max(logits, axis=-1, keepdims=True)) / forward_tau


def _distribution(xp: Namespace, logits: Array) -> tuple[Array, Array, Array]:
    """softmax(logits), its block sums, and the total by which both were divided."""
    weights = unnormalised(xp, logits)
    blocks = block_sums(xp, weights)
    total = xp.sum(blocks, axis=-1, keepdims=True)
    soft = weights / total
    return soft, soft if blocks is weights else blocks / total, total
