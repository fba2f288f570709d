"""Gumbel noise given the sample, and the mean of softmax Jacobians over it.

Let E_j be independent Exp(1) variables and pi = softmax(theta). Given that category I wins, the
perturbed logits theta + G of Gumbel-max are, up to a constant of the row,

    -log E_I  for I,    -log(E_j / pi_j + E_I)  for the others

(Maddison, Tarlow and Minka 2014, arXiv:1411.0030; as Paulus, Maddison and Krause 2021,
arXiv:2010.04838, use it). Only their differences matter. Relative to the largest, the weights of
softmax((theta + G) / tau) are

    w_I = 1,    w_j = r_j^(1 / tau),    r_j = pi_j E_I / (E_j + pi_j E_I)  <=  1,

so nothing overflows, whatever the logits and tau. In r_j the signs of the E cancel, so it is
computed from log u = -E. With c_I = 0, as everywhere in the family, the sample enters only the sum
of the weights, and B^T computes its entry of the product from the others: w_I is never stored.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .algebra import log_softmax, to_sample
from .hash import log_uniform
from .logistic import log_sigmoid, sigmoid
from .namespace import Array, Namespace, native
from .residuals import Residuals, Tau, Variables, is_of_rows, is_one

SHORT = 8
"""Rows of up to this many categories have them along the first axis, not the last, while samples
are made: a sum over them then adds whole arrays, where a loop over so short a row would not use
vector instructions.
"""
NEVER = -1e30
"""A log-probability whose exponential is 0; finite, since TensorFlow's numerics check and
``jax.debug_infs`` report an infinity.
"""


def mean_product(
    xp: Namespace,
    residuals: Residuals,
    centred: Array,
    tau: Tau,
    num_samples: int,
    *,
    first: int = 0,
    share: float = 1.0,
    log_offset: Array | None = None,
) -> Array:
    """The mean of J(q) c / tau over q = softmax((theta' + G) / tau), given the sample.

    ``centred`` is c, with c_I = 0. G belongs to the odds ``share * pi_j`` of j against the sample,
    and ``log_offset``, (..., 1), is added to the logarithm of every category but the sample
    afterwards. Memory does not grow with ``num_samples``. The last step, B^T, computes the entry of
    the sample and makes the product its own transpose, from which JAX derives the reverse mode.
    """
    categories = residuals.categories
    size = native(xp).length(categories)
    short = size is not None and size <= SHORT

    def placed(rows: Array) -> Array:
        return xp.moveaxis(rows, -1, 0) if short else rows

    if short:
        categories = xp.reshape(categories, (size, *[1] * (len(residuals.soft.shape) - 1)))
    index, pi = placed(residuals.index), placed(residuals.soft)
    drawn = categories == index
    pi_others = share * xp.where(drawn, xp.zeros_like(pi), pi)
    if is_of_rows(tau):
        tau = placed(tau)
    offset = None if log_offset is None else placed(log_offset)
    scaled_log_pi = None
    if not is_one(tau):
        log_pi = placed(log_softmax(xp, residuals.logits))
        scaled_log_pi = _scaled(xp, log_pi, tau, share, offset, drawn)
    centred = placed(centred) / (num_samples * tau)

    axis, after_samples = (0, 1) if short else (-1, -1)

    def step(number: Any, count: int) -> Array:
        def noise(categories: Array) -> Array:
            return log_uniform(xp, residuals, categories, first + number, count, axis=axis)

        noises = noise(index), noise(categories)
        weights = _weights(xp, *noises, pi_others, scaled_log_pi, tau, offset)
        weights = weights / (xp.sum(weights, axis=after_samples, keepdims=True) + 1.0)
        mean = xp.sum(weights * centred, axis=after_samples, keepdims=True)
        return xp.sum(weights * (centred - mean), axis=0)

    total = _over_samples(xp, step, centred.shape, num_samples)
    if short:
        total = xp.moveaxis(total, 0, -1)
    return to_sample(xp, total, residuals.index, residuals.categories)


def mean_weight(
    xp: Namespace,
    variables: Variables,
    tau: Tau,
    num_samples: int,
    *,
    first: int = 0,
    share: float = 1.0,
    log_offset: Array | None = None,
) -> Array:
    """The mean of q (1 - q) / tau, the last entry of the matrix above for two categories.

    Only the category that was not drawn has a weight w, so q = w / (1 + w) is its relaxed sample.
    """
    x = variables.for_value
    pi_other, scaled_log_pi = share * sigmoid(xp, -x), None
    if not is_one(tau):
        scaled_log_pi = _scaled(xp, log_sigmoid(xp, -x), tau, share, log_offset)
    drawn = xp.astype(variables.value, xp.int32)

    def step(number: Any, count: int) -> Array:
        def noise(categories: Array) -> Array:
            return log_uniform(xp, variables, categories, first + number, count, axis=-1)

        noises = noise(drawn), noise(1 - drawn)
        weights = _weights(xp, *noises, pi_other, scaled_log_pi, tau, log_offset)
        rest = weights + 1.0
        return xp.sum(weights / rest / rest, axis=0)

    return _over_samples(xp, step, pi_other.shape, num_samples) / (num_samples * tau)


def _scaled(
    xp: Namespace,
    log_pi: Array,
    tau: Tau,
    share: float,
    log_offset: Array | None,
    drawn: Array | None = None,
) -> Array:
    """Log odds over tau, all that does not depend on the noise; NEVER for the sample itself."""
    scaled = log_pi + math.log(share)
    scaled = scaled if log_offset is None else scaled + log_offset
    scaled = scaled / tau
    # after the division, or a forward mode multiplies it by the tangent of tau, 0
    never = scaled < NEVER
    never = never if drawn is None else drawn | never
    return xp.where(never, xp.full_like(scaled, NEVER), scaled)


def _weights(
    xp: Namespace,
    e_sample: Array,
    e_others: Array,
    pi_others: Array,
    scaled_log_pi: Array | None,
    tau: Tau,
    log_offset: Array | None,
) -> Array:
    """The w_j of the module's docstring; those of tau = 1 without logarithms."""
    numerator = e_sample * pi_others
    denominator = e_others + numerator
    if scaled_log_pi is None:
        weights = numerator / denominator
        if log_offset is not None:
            weights = weights * xp.exp(log_offset)
    else:
        weights = xp.exp(xp.log(e_sample / denominator) / tau + scaled_log_pi)
    return native(xp).settled(weights)


def _over_samples(
    xp: Namespace, step: Callable[[Any, int], Array], shape: tuple[int | None, ...], count: int
) -> Array:
    """The sum of ``step(first number, how many)`` over all samples, each of a shape."""
    steps = native(xp)
    at_once = min(steps.at_once(shape), count)
    full, rest = count // at_once, count % at_once
    total = steps.accumulate(lambda chunk: step(chunk * at_once, at_once), full)
    return total + step(full * at_once, rest) if rest else total
