"""What the forward pass keeps for the derivative: what an adapter saves, what a product gets."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from .algebra import softmax
from .namespace import Array, Namespace

FORWARD_TAU = "forward_tau"
"""The hyper-parameter that is the temperature of the sample."""

Tau: TypeAlias = Any
"""A Python number or an array of the framework that broadcasts against the rows."""


class Saved(NamedTuple):
    """What an adapter keeps between the forward and the backward pass.

    logits : (..., K) as the user gave them, categories last
    soft : (..., K) y_soft, in the dtype of the logits; None to compute it from the logits
    index : (..., 1) integer, the sampled category
    words : (..., 2) integer below 2**30, the noise of the derivative; None without one
    Of several samples, index and words have a first axis more.

    For binary variables the first three are (..., 1), and ``index`` is 0 or 1.
    """

    logits: Array
    soft: Array | None
    index: Array
    words: Array | None = None


class Residuals(NamedTuple):
    """What an estimator may depend on.

    logits : (..., K) float32 or float64, the logits of the distribution that was drawn from
    soft : (..., K) softmax(logits)
    index : (..., 1) integer, the sampled category
    categories : (K,) integer, 0 .. K - 1, so that ``categories == index`` is the one-hot mask
    words : (..., 2) integer below 2**30, from which :func:`.hash.log_uniform` makes the noise of
        the derivative; None unless the estimator has ``backward_noise``
    """

    logits: Array
    soft: Array
    index: Array
    categories: Array
    words: Array | None = None

    def tempered(self, xp: Namespace, tau: Tau) -> Array:
        """softmax(logits / tau); costs nothing when ``tau`` is the Python number 1."""
        return self.soft if is_one(tau) else softmax(xp, self.logits, tau)


def is_of_rows(tau: Tau | None) -> bool:
    """Whether ``tau`` is an array with a temperature for each row."""
    return tau is not None and not isinstance(tau, (int, float)) and len(tau.shape) > 0


class Variables(NamedTuple):
    """What the weight of an estimator may depend on, for binary variables.

    logits : (..., 1) float32 or float64, the log-odds of 1 in the distribution that was drawn from
    value : (..., 1) 0 or 1, what was drawn, in the dtype of ``logits``
    categories : (1,) the integer 0, on the device of the logits
    words : (..., 2) integer below 2**30, as in :class:`Residuals`
    """

    logits: Array
    value: Array
    categories: Array
    words: Array | None = None

    @property
    def for_value(self) -> Array:
        """The log-odds of the value that was drawn, (..., 1)."""
        sign = 2.0 * self.value
        sign -= 1.0
        return sign * self.logits


def is_one(tau: Tau) -> bool:
    """Whether ``tau`` is the Python number 1; an array, whose value is never read, never is."""
    return isinstance(tau, (int, float)) and tau == 1
