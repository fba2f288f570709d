"""The custom gradient that every adapter registers: one forward, one pullback, one pushforward.

float16 and bfloat16 are computed in float32. Their softmax is not read back from the rounded output
but computed anew from the logits, so the gradient has one rounding, at its end.

A record with the hyper-parameter ``forward_tau`` draws from softmax(logits / forward_tau). All that
follows is then a function of logits / forward_tau: they are the logits of its residuals, and its
``tau`` is relative to forward_tau. Wherever a ``tau`` is given here, it is the user's, and None is
that of the distribution.

Several samples of each row lie along a first axis, which y_hard, the index and the words then have
and the logits and y_soft have not. Their cotangents and their noise differ, so the cotangent of the
logits is a sum of products.
"""

from __future__ import annotations

from typing import Any

from .algebra import (
    centred_softmax_product,
    from_sample,
    unnormalised,
    widen,
    zero_or_nan,
)
from .draw import block_sums, draw, draw_several
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
    noise : (..., stages(K)) int32 or int64, as :func:`.draw.draw` takes it; for several samples
        (..., samples, stages(K)), as :func:`.draw.draw_several` does
    sample : (..., 1) integer, in the dtype of ``categories``; for several (samples, ..., 1)
    forward_tau : the distribution of the sample is softmax(logits / forward_tau)

    Returns
    -------
    y_hard, y_soft : (..., K) in the dtype of ``logits``; y_hard is NaN in a row that has no
        distribution and in a row whose ``sample`` is no category
    index : (..., 1) the category, always within 0 .. K - 1
    Of several samples, y_hard and index have a first axis more.

    """
    soft, shares, total = _distribution(xp, _drawn_from(xp, logits, forward_tau))
    off_value = zero_or_nan(total)
    if noise is not None and len(noise.shape) > len(logits.shape):
        index = draw_several(xp, soft, shares, noise, categories)
        index = xp.moveaxis(index, -1, 0)[..., None]
    elif sample is None:
        index = draw(xp, soft, shares, noise, categories)
    else:
        first, last = native(xp).ends(categories)
        index = xp.maximum(xp.minimum(sample, last), first)
        off_value = xp.where(index == sample, off_value, xp.full_like(off_value, float("nan")))
    off_value = xp.astype(off_value, logits.dtype, copy=False)
    hard = native(xp).one_hot(xp, off_value, index, categories)
    return hard, xp.astype(soft, logits.dtype, copy=False), index


def categories_drawn(xp: Namespace, logits: Array, categories: Array, noise: Array) -> Array:
    """Several categories a row, as :func:`forward` draws each of them.

    Parameters
    ----------
    logits, categories : as for :func:`forward`
    noise : (..., samples, stages(K)) int32 or int64

    Returns
    -------
    (samples, ...) in the dtype of ``categories``; 0 in a row that has no distribution

    """
    soft, shares, total = _distribution(xp, widen(xp, logits))
    index = xp.astype(draw_several(xp, soft, shares, noise, categories), categories.dtype)
    return xp.moveaxis(xp.where(total == total, index, xp.zeros_like(index)), -1, 0)


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
        apply = _sum_of_products if _is_several(residuals) else _apply
        result = apply(estimator.product, xp, residuals, g, tau, settings)
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
    product = estimator.pushforward_product
    if _is_several(residuals):

        def push(number: Any) -> Array:
            return _apply(product, xp, _one_of(residuals, number), v, tau, settings)

        hard = native(xp).stacked(xp, push, residuals.index.shape[0])
    else:
        hard = _apply(product, xp, residuals, v, tau, settings)
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


def _is_several(residuals: Residuals) -> bool:
    return len(residuals.index.shape) > len(residuals.logits.shape)


def _one_of(residuals: Residuals, number: Any) -> Residuals:
    """One of several samples."""
    words = None if residuals.words is None else residuals.words[number, ...]
    return residuals._replace(index=residuals.index[number, ...], words=words)


def _sum_of_products(
    product: Product,
    xp: Namespace,
    residuals: Residuals,
    vectors: Array,
    tau: Tau | None,
    settings: Settings,
) -> Array:
    """The sum of the products of several samples, (samples, ..., K) to (..., K), in steps of so
    many samples that the arrays of a step stay in the caches.
    """
    steps, samples = native(xp), vectors.shape[0]
    at_once = min(steps.samples_at_once(residuals.soft.shape), samples)
    whole = samples // at_once * at_once

    def in_steps(array: Array | None) -> Any:
        if array is None or at_once == 1:
            return None if array is None else array[:, None, ...]
        return xp.reshape(array[:whole, ...], (-1, at_once, *array.shape[1:]))

    def add(index: Array, words: Array | None, vector: Array) -> Array:
        some = residuals._replace(
            logits=residuals.logits[None, ...],
            soft=residuals.soft[None, ...],
            index=index,
            words=words,
        )
        return xp.sum(_apply(product, xp, some, vector, tau, settings), axis=0)

    parts = residuals.index, residuals.words, vectors
    in_order = [in_steps(part) for part in parts]

    def step(number: Any) -> Array:
        return add(*(None if part is None else part[number, ...] for part in in_order))

    total = steps.accumulate(step, samples // at_once)
    if whole < samples:
        total = total + add(*(None if part is None else part[whole:, ...] for part in parts))
    return total


def _soft_product(xp: Namespace, residuals: Residuals, vector: Array, settings: Settings) -> Array:
    """J(pi) v / forward_tau, the derivative of softmax(logits / forward_tau)."""
    if _is_several(residuals):
        residuals = _one_of(residuals, 0)
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
