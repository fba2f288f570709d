"""What an estimator is: a name, a Jacobian product, a range of temperatures, hyper-parameters.

The forward pass is the same for the whole family: draw a category from softmax(logits). What an
estimator decides is the matrix W that stands in for the derivative of the sample, and it decides it
by one pure function, ``product``, written once against the array API standard. Bind a record to a
framework with ``reinmax_multi.<framework>.bind``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
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
    seed : (..., 2) integer below 2**30, from which :func:`._noise.log_uniform` makes the noise of
        the derivative; None unless the estimator has ``backward_noise``
    forward_tau : temperature of the sample's law, ``soft`` = softmax(logits / forward_tau)
    """

    logits: Array
    soft: Array
    index: Array
    categories: Array
    seed: Array | None = None
    forward_tau: float = 1.0

    def tempered(self, xp: Namespace, tau: Tau) -> Array:
        """softmax(logits / tau); costs nothing when ``tau`` is the Python number forward_tau."""
        if isinstance(tau, (int, float)) and tau == self.forward_tau:
            return self.soft
        return softmax(xp, self.logits, tau)


FORWARD_TAU = "forward_tau"

Product: TypeAlias = Callable[..., Array]
"""``product(xp, residuals, vector, tau)``, and the hyper-parameters as keywords."""

Settings: TypeAlias = Mapping[str, float]
"""The hyper-parameters of one call, checked, by name."""


def forward_tau_of(settings: Settings) -> float:
    """The temperature of the sample's law, 1 for an estimator that has no such parameter."""
    return settings.get(FORWARD_TAU, 1.0)


def with_settings(product: Product, settings: Settings) -> Product:
    """``product(xp, residuals, vector, tau)``, with the hyper-parameters of one call fixed."""
    keywords = {name: value for name, value in settings.items() if name != FORWARD_TAU}
    return partial(product, **keywords) if keywords else product


@dataclass(frozen=True)
class Parameter:
    """A hyper-parameter: a static Python number, a keyword of the bound function.

    Parameters
    ----------
    name
        The keyword. One name has a meaning of its own: ``forward_tau`` tempers the law of the
        sample, which then is softmax(logits / forward_tau), and so is y_soft; it is not handed to
        the product, which finds it in the residuals.
    default
        Its value if not given; an int makes it a whole number.
    summary
        What it does, for the docstring of the bound function.
    least
        The smallest value it may have.
    positive
        Whether it must be above 0.

    """

    name: str
    default: float
    summary: str
    least: float = -math.inf
    positive: bool = False


@dataclass(frozen=True)
class Estimator:
    """A gradient estimator for one categorical sample.

    Parameters
    ----------
    name
        A Python identifier; the bound function carries it.
    product
        ``product(xp, residuals, vector, tau)`` returns W(tau) @ vector row by row, in the shape and
        dtype of ``vector``: the cotangent of the logits for a cotangent of the sample. It takes the
        hyper-parameters as keywords. Only names of the array API standard may be used, for the same
        function runs in every framework.
    least_tau, greatest_tau
        The range of temperatures that make sense; ``tau`` must be positive in any case. If they are
        equal, ``tau`` is no choice and must be that number.
    advice
        The remedy to print when ``tau`` is out of range.
    summary
        First line and derivation for the docstring of the bound function.
    parameters
        The hyper-parameters.
    transposed_product
        The same for W^T, which serves the forward mode (a tangent of the logits); None if W is
        symmetric, as it is for most: ``product`` then serves both modes.
    backward_noise
        Whether the product is random. The forward pass then draws two words a row and leaves them
        as ``residuals.seed``, also for a sample that is given.
    greatest_size
        The largest number of categories that the product is for; None is any.

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
    greatest_tau: float = math.inf
    parameters: tuple[Parameter, ...] = ()
    transposed_product: Product | None = None
    backward_noise: bool = False
    greatest_size: int | None = None

    @property
    def forward_product(self) -> Product:
        """The product of the forward mode."""
        return self.product if self.transposed_product is None else self.transposed_product


class Sample(NamedTuple):
    """What a bound estimator returns; unpacks as ``y_hard, y_soft``.

    y_hard : (..., K) exactly one-hot, in the logits' dtype; carries the estimator's gradient
    y_soft : (..., K) softmax(logits), the law of the sample; carries its own, exact gradient
    """

    y_hard: Array
    y_soft: Array
