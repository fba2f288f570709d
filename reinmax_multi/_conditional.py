"""Gumbel noise given the sample, and the mean of softmax Jacobians over it.

Let E_j be independent Exp(1) variables and pi = softmax(theta). Given that category I wins, the
perturbed logits theta + G of Gumbel-max are, up to a constant of the row,

    -log E_I  for I,    -log(E_j / pi_j + E_I)  for the others

(Maddison, Tarlow and Minka 2014, arXiv:1411.0030; as Paulus, Maddison and Krause 2021,
arXiv:2010.04838, use it). Only their differences matter. Relative to the winner, the weights of
softmax((theta + G) / tau) are

    w_I = 1,    w_j = r_j^(1 / tau),    r_j = pi_j E_I / (E_j + pi_j E_I)  <=  1,

so nothing overflows, whatever the logits and tau. In r_j the signs of the E cancel, so it is made
of log u = -E. With c_I = 0, as all of the family has it, the sample counts in the sum of the
weights alone, and its entry of the product is what B^T makes of the others: w_I is never stored.
"""

from __future__ import annotations

import math
from typing import Any

from ._math import Array, Namespace, log_softmax, to_sample
from ._noise import log_uniform, settled
from .estimator import Residuals, Tau

SHORT = 8
"""Up to so many categories lie along the first axis instead of the last while samples are made: a
sum over them then adds whole arrays, where a loop over so short a row has no use for vectors."""
CHUNK = 2**18
"""Elements of noise at once: the arrays of a step then stay in the caches of a processor. A
namespace for which another number measured best has it as ``native_chunk()``."""


def mean_product(
    xp: Namespace,
    residuals: Residuals,
    centred: Array,
    tau: Tau,
    num_samples: int,
    *,
    first: int = 0,
    share: float = 1.0,
    handicap: Array | None = None,
) -> Array:
    """The mean of J(q) c / tau over q = softmax((theta' + G) / tau), given the sample.

    ``centred`` is c, with c_I = 0. G belongs to the odds ``share * pi_j`` of j against the sample,
    and the logarithm ``handicap``, (..., 1), is added to every category but the sample afterwards.
    Memory does not grow with ``num_samples``. The last step, B^T, gives the sample its entry, and
    makes the product symmetric under transposition, of which JAX makes the reverse mode.
    """
    categories = residuals.categories
    size = categories.shape[0]
    short = size is not None and size <= SHORT

    def placed(rows: Array) -> Array:
        return xp.moveaxis(rows, -1, 0) if short else rows

    if short:
        categories = xp.reshape(categories, (size, *[1] * (len(residuals.soft.shape) - 1)))
    index, pi = placed(residuals.index), placed(residuals.soft)
    drawn = categories == index
    rivals = share * xp.where(drawn, xp.zeros_like(pi), pi)
    untempered = isinstance(tau, (int, float)) and tau == 1
    gains = None
    if not untempered:
        gains = placed(log_softmax(xp, residuals.logits)) + math.log(share)
        gains = gains if handicap is None else gains + placed(handicap)
        gains = gains / tau
        # after the division, or a forward mode multiplies it by the tangent of tau, 0
        gains = xp.where(drawn, xp.full_like(gains, -math.inf), gains)
    centred = placed(centred) / (num_samples * tau)

    axis, after_samples = (0, 1) if short else (-1, -1)

    def step(number: Any, count: int) -> Array:
        def noise(categories: Array) -> Array:
            return log_uniform(xp, residuals, categories, first + number, count, axis=axis)

        winner = noise(index)
        gained = winner * rivals
        times = noise(categories) + gained
        if untempered:
            weights = gained / times
            if handicap is not None:
                weights = weights * xp.exp(placed(handicap))
        else:
            weights = xp.exp(xp.log(winner / times) / tau + gains)
        weights = settled(xp, weights)
        weights = weights / (xp.sum(weights, axis=after_samples, keepdims=True) + 1.0)
        mean = xp.sum(weights * centred, axis=after_samples, keepdims=True)
        return xp.sum(weights * (centred - mean), axis=0)

    native_chunk = getattr(xp, "native_chunk", None)
    at_once = _at_once(pi.shape, native_chunk() if native_chunk else CHUNK)
    total = _accumulate(xp, step, num_samples, at_once)
    if short:
        total = xp.moveaxis(total, 0, -1)
    return to_sample(xp, total, residuals.index, residuals.categories)


def _at_once(shape: tuple[int | None, ...], chunk: int) -> int:
    """How many samples of a shape make a chunk; one if a dimension is not known yet."""
    elements = 1
    for size in shape:
        if size is None:
            return 1
        elements *= size
    return max(1, chunk // max(1, elements))


def _accumulate(xp: Namespace, step: Any, num_samples: int, at_once: int) -> Array:
    """The sum of ``step(number, count)`` over chunks of the samples.

    A namespace may have a loop of its own, ``native_accumulate``, for what would otherwise be
    unrolled into a program as long as the loop. A test holds it to the plain one.
    """
    at_once = min(at_once, num_samples)
    full, rest = num_samples // at_once, num_samples % at_once
    native = getattr(xp, "native_accumulate", None)
    if native and full > 1:
        total = native(lambda chunk: step(chunk * at_once, at_once), full)
    else:
        total = step(0, at_once)
        for chunk in range(1, full):
            total = total + step(chunk * at_once, at_once)
    return total + step(full * at_once, rest) if rest else total
