"""What an estimator is: a name, a Jacobian product and a range of temperatures.

The forward pass is the same for the whole family: draw a category from softmax(logits). What an
estimator decides is the matrix W that stands in for the derivative of the sample, and it decides it
by one pure function, ``product``, written once against the array API standard. Bind a record to a
framework with ``reinmax_multi.<framework>.bind``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from ._math import Array, Namespace, softmax

Tau: TypeAlias = Any
"""A Python number or a 0-d array of the framework."""


class Residuals(NamedTuple):
    """What the forward pass leaves for the derivative; all that an estimator may depend on.

    logits : (..., K) float32 or float64
    soft : (..., K) softmax(logits)
    index : (..., 1) integer, the sampled category
    categories : (K,) integer, 0 .. K - 1, so that ``categories == index`` is the one-hot mask
    """

    logits: Array
    soft: Array
    index: Array
    categories: Array

    def tempered(self, xp: Namespace, tau: Tau) -> Array:
        """softmax(logits / tau); costs nothing when ``tau`` is the Python number 1."""
        if isinstance(tau, (int, float)) and tau == 1:
            return self.soft
        return softmax(xp, self.logits, tau)


Product: TypeAlias = Callable[[Namespace, Residuals, Array, Tau], Array]


@dataclass(frozen=True)
class Estimator:
    """A gradient estimator for one categorical sample.

    Parameters
    ----------
    name
        A Python identifier; the bound function carries it.
    product
        ``product(xp, residuals, vector, tau)`` returns W(tau) @ vector row by row, in the shape and
        dtype of ``vector``. W must be symmetric: the product then serves the forward mode (a
        tangent of the logits) and the reverse mode (a cotangent of the sample) alike. Only names of
        the array API standard may be used, for the same function runs in every framework.
    least_tau
        The smallest temperature that makes sense; ``tau`` must be positive in any case.
    advice
        The remedy to print when ``tau`` is too small.
    summary
        First line and derivation for the docstring of the bound function.

    Examples
    --------
    The identity straight-through of Bengio et al. (2013), which passes a cotangent as it is:

    >>> from reinmax_multi import Estimator
    >>> identity = Estimator("identity", lambda xp, residuals, vector, tau: vector)
    >>> identity.name
    'identity'

    """

    name: str
    product: Product
    least_tau: float = 0.0
    advice: str = "use tau=1.0 for the untempered estimator"
    summary: str = ""


class Sample(NamedTuple):
    """What a bound estimator returns; unpacks as ``y_hard, y_soft``.

    y_hard : (..., K) exactly one-hot, in the logits' dtype; carries the estimator's gradient
    y_soft : (..., K) softmax(logits), in the logits' dtype; carries its own, exact gradient
    """

    y_hard: Array
    y_soft: Array
