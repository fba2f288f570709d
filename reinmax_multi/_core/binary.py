"""The custom gradient of binary variables: the functions of :mod:`.gradient` without categories.

A variable is 1 with probability sigmoid(l). Its estimator is that of two categories with the logits
(0, l), of which y_hard and y_soft are the last components, and no array has an axis of two: the
variables are (..., 1), and the derivative is one factor each, of y_hard the weight of the record
and of y_soft p (1 - p), in both modes of differentiation.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from . import grid
from .algebra import widen, zero_or_nan
from .estimator import FORWARD_TAU, Estimator, Settings
from .gradient import relative
from .logistic import sigmoid, variance
from .namespace import Array, Namespace, native
from .residuals import Saved, Tau, Variables
from .weights import Weight, of_jacobians, of_product

FAR = 1e30
"""Log-odds of certainty, finite where a derivative of them may meet a tangent of 0."""


@dataclass(frozen=True)
class Binary(Estimator):
    """A record that is bound for binary variables."""

    def __post_init__(self) -> None:
        """The record has been checked."""

    @property
    def weight(self) -> Weight:
        """What y_hard is differentiated with."""
        if self.binary_weight is not None:
            return self.binary_weight
        if self.jacobians is not None:
            return of_jacobians(self.jacobians)
        return of_product(self.product)


def binary(estimator: Estimator) -> Binary:
    """The record for binary variables."""
    return Binary(**{field.name: getattr(estimator, field.name) for field in fields(estimator)})


def forward(
    xp: Namespace,
    logits: Array,
    categories: Array | None,
    *,
    noise: Array | None = None,
    sample: Array | None = None,
    forward_tau: float = 1.0,
) -> tuple[Array, Array, Array]:
    """As :func:`.gradient.forward`; the same noise gives the value that it gives in rows of two,
    but where the rounding of a probability decides.

    Parameters
    ----------
    logits : (..., 1) log-odds in float16, bfloat16, float32 or float64
    categories : not used
    noise : (..., 1) int32 or int64, as :func:`.draw.draw` takes it; for several samples
        (..., samples, 1)
    sample : (..., 1) integer; for several (samples, ..., 1)
    forward_tau : the probability of 1 is sigmoid(logits / forward_tau)

    Returns
    -------
    y_hard, y_soft : (..., 1) in the dtype of ``logits``; y_hard is NaN where they are, and where
        ``sample`` is neither 0 nor 1
    index : (..., 1) int32, the value
    Of several samples, y_hard and index have a first axis more.

    """
    x = _drawn_from(xp, logits, forward_tau)
    soft = sigmoid(xp, x)
    if noise is not None and len(noise.shape) > len(logits.shape):
        noise = xp.moveaxis(noise, -2, 0)
    if sample is None:
        value, off_value = _draw(xp, soft, sigmoid(xp, -x), noise), zero_or_nan(soft)
    else:
        value = native(xp).reached(xp, xp.astype(sample, soft.dtype), xp.full_like(soft, 1.0))
        is_value = (sample == 0) | (sample == 1)
        off_value = xp.where(is_value, zero_or_nan(soft), xp.full_like(soft, float("nan")))
    if len(value.shape) == len(off_value.shape):
        off_value += value
    else:
        off_value = off_value + value
    hard, soft = (xp.astype(part, logits.dtype, copy=False) for part in (off_value, soft))
    return hard, soft, xp.astype(value, xp.int32)


def values_drawn(xp: Namespace, logits: Array, noise: Array) -> Array:
    """(samples, ...): several values a variable, as :func:`forward` draws each of them, for
    ``noise`` of (..., samples, 1); 0 where the logits, (..., 1), are NaN.
    """
    _, soft, value = forward(xp, logits, None, noise=noise)
    return xp.where(soft == soft, value, xp.zeros_like(value))[..., 0]


def _draw(xp: Namespace, one: Array, zero: Array, noise: Array) -> Array:
    """1 where the odds of the noise, below against above, are at least those of 0 against 1.

    The noise is the middle of its cell, so a value of a probability at most 2**-31 is never drawn.
    """
    below, above = xp.astype(noise, one.dtype), xp.astype(grid.GRID - 1 - noise, one.dtype)
    below += 0.5
    below *= one
    above += 0.5
    above *= zero
    return native(xp).reached(xp, below, above)


def pullback(
    xp: Namespace,
    estimator: Binary,
    settings: Settings,
    saved: Saved,
    categories: Array,
    hard_cotangent: Array | None,
    soft_cotangent: Array | None,
    tau: Tau | None,
) -> Array | None:
    """As :func:`.gradient.pullback`; (..., 1)."""
    variables = _variables(xp, saved, categories, settings)
    result = None
    if hard_cotangent is not None:
        g = widen(xp, hard_cotangent)
        if len(variables.value.shape) == len(variables.logits.shape):
            result = _weight(xp, estimator, variables, settings, tau) * g
        else:

            def step(number: Any) -> Array:
                words = None if variables.words is None else variables.words[number, ...]
                one = variables._replace(value=variables.value[number, ...], words=words)
                return _weight(xp, estimator, one, settings, tau) * g[number, ...]

            result = native(xp).accumulate(step, g.shape[0])
    if soft_cotangent is not None:
        exact = _soft_weight(xp, variables, settings) * widen(xp, soft_cotangent)
        result = exact if result is None else result + exact
    return None if result is None else xp.astype(result, saved.logits.dtype, copy=False)


def pushforward(
    xp: Namespace,
    estimator: Binary,
    settings: Settings,
    saved: Saved,
    categories: Array,
    tangent: Array,
    tau: Tau | None,
) -> tuple[Array, Array]:
    """As :func:`.gradient.pushforward`; (..., 1) each."""
    dtype, v = saved.logits.dtype, widen(xp, tangent)
    variables = _variables(xp, saved, categories, settings)
    hard = _weight(xp, estimator, variables, settings, tau) * v
    soft = _soft_weight(xp, variables, settings) * v
    return xp.astype(hard, dtype, copy=False), xp.astype(soft, dtype, copy=False)


def _weight(
    xp: Namespace, estimator: Binary, variables: Variables, settings: Settings, tau: Tau | None
) -> Array:
    to_distribution = relative(xp, variables.logits, settings, tau)
    return estimator.weight(xp, variables, to_distribution, **settings)


def _soft_weight(xp: Namespace, variables: Variables, settings: Settings) -> Array:
    """The derivative of sigmoid(logits / forward_tau)."""
    forward_tau = settings.get(FORWARD_TAU, 1.0)
    weight = variance(xp, variables.logits)
    return weight if forward_tau == 1 else weight / forward_tau


def _variables(xp: Namespace, saved: Saved, categories: Array, settings: Settings) -> Variables:
    logits = _drawn_from(xp, saved.logits, settings.get(FORWARD_TAU, 1.0))
    if native(xp).transposes:
        logits = xp.where(logits < -FAR, xp.full_like(logits, -FAR), logits)
        logits = xp.where(logits > FAR, xp.full_like(logits, FAR), logits)
    value = xp.astype(saved.index, logits.dtype)
    return Variables(logits, value, categories, saved.words)


def _drawn_from(xp: Namespace, logits: Array, forward_tau: float) -> Array:
    """The log-odds of the distribution that is drawn from, in the working dtype."""
    logits = widen(xp, logits)
    return logits if forward_tau == 1 else logits / forward_tau
