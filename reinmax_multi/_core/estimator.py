"""What an estimator is: a name, a Jacobian product, a range of temperatures, hyper-parameters.

The forward pass is the same for the whole family: draw a category from softmax(logits). An
estimator chooses the matrix W that replaces the derivative of the sample, and gives it as one pure
function, ``product``, written once against the array API standard. Bind a record to a framework
with ``reinmax_multi.<framework>.bind``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from .jacobians import Jacobians
from .residuals import FORWARD_TAU as FORWARD_TAU
from .trial import is_sum, is_symmetric, is_weight
from .weights import Weight

PUBLIC_ARGUMENTS = frozenset(
    {"logits", "tau", "hard", "dim", "axis", "generator", "key", "seed", "rng"}
    | {"sample", "sample_shape"}
)
"""The arguments of the bound functions, in any framework."""

Product: TypeAlias = Callable[..., Any]
"""``product(xp, residuals, vector, tau)``, and the hyper-parameters as keywords."""

Settings: TypeAlias = Mapping[str, float]
"""The hyper-parameters of one call, checked, by name."""


@dataclass(frozen=True)
class Parameter:
    """A hyper-parameter: a static Python number, a keyword of the bound function.

    Parameters
    ----------
    name : str
        The keyword, not the name of an argument that bound functions already have. One name has a
        meaning of its own: ``forward_tau`` is the temperature of the sample, whose distribution,
        and y_soft, are then softmax(logits / forward_tau). The product then gets the residuals of
        logits / forward_tau, and its ``tau`` is relative to forward_tau.
    default : int or float
        The value if none is given; an int makes it a whole number.
    summary : str
        What it does, for the docstring of the bound function.
    least : float
        The smallest value it may have.
    positive : bool
        Whether it must be above 0.

    Raises
    ------
    TypeError
        ``default`` is not a number.
    ValueError
        ``name`` is not an identifier or is an argument that bound functions have, or ``default`` is
        out of range.

    Examples
    --------
    >>> from reinmax_multi import Parameter
    >>> Parameter("gap", 1.0, "How far the others are pushed down.", positive=True).default
    1.0

    """

    name: str
    default: float
    summary: str
    least: float = -math.inf
    positive: bool = False

    def __post_init__(self) -> None:
        _check_identifier("the name of a Parameter", self.name)
        if self.name in PUBLIC_ARGUMENTS:
            raise ValueError(
                f"Parameter {self.name!r} has the name of an argument that every bound function "
                "has: give it another name"
            )
        if isinstance(self.default, bool) or not isinstance(self.default, (int, float)):
            raise TypeError(
                f"default of Parameter {self.name!r} must be a Python int or float, got "
                f"{self.default!r}"
            )
        if not (self.default >= self.least and (self.default > 0 or not self.positive)):
            raise ValueError(
                f"default of Parameter {self.name!r} must be {self.span}, got {self.default}"
            )

    @property
    def span(self) -> str:
        """The range in words."""
        if self.least > -math.inf:
            return f"at least {self.least:g}"
        return "positive and finite in float32" if self.positive else "finite in float32"


@dataclass(frozen=True)
class Estimator:
    """A gradient estimator for one categorical sample.

    Parameters
    ----------
    name : str
        A Python identifier; the bound function carries it.
    product : function
        ``product(xp, residuals, vector, tau)`` returns W(tau) @ vector row by row, in the shape and
        dtype of ``vector``: the cotangent of the logits for a cotangent of the sample. It takes the
        hyper-parameters as keywords. Only names of the array API standard may be used, for the same
        function runs in every framework.
    least_tau, greatest_tau : float
        The range of temperatures that make sense; ``tau`` must be positive in any case. If they are
        equal, ``tau`` can only be that number.
    advice : str
        The remedy to print when ``tau`` is out of range.
    summary : str
        First line and derivation for the docstring of the bound function.
    parameters : tuple of Parameter
        The hyper-parameters.
    transposed_product : function, optional
        The same for W^T, for the forward mode (a tangent of the logits); None if W is symmetric, as
        it is for most: ``product`` then serves both modes.
    backward_noise : bool
        Whether the product is random. The forward pass then draws two words a row and keeps them as
        ``residuals.words``, also if the sample is given.
    greatest_size : int, optional
        The largest number of categories that the product is for; None means any.
    jacobians : Jacobians, optional
        W in numbers, for the kernels that compute its product in their own way; without them
        ``product`` computes it everywhere.
    binary_weight : function, optional
        ``binary_weight(xp, variables, tau)`` returns the last entry of W for two categories with
        the logits (0, l), (..., 1), by which the derivative of a binary variable is multiplied. It
        takes the hyper-parameters as keywords. Without one it is that of ``jacobians``, or without
        them that of ``product``, called with rows of two.

    Raises
    ------
    TypeError
        ``product``, ``transposed_product`` or ``binary_weight`` is not a function, ``parameters``
        holds something that is not a Parameter, or ``jacobians`` is not a Jacobians.
    ValueError
        ``name`` is not an identifier, the range of temperatures is empty, two parameters share a
        name, ``greatest_size`` is below 1, or ``product``, tried on a row in NumPy, is not that of
        a symmetric matrix and there is no ``transposed_product``, or not that of ``jacobians`` or
        of ``binary_weight``.

    Examples
    --------
    The identity straight-through of Bengio et al. (2013), which passes a cotangent on unchanged:

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
    jacobians: Jacobians | None = None
    binary_weight: Weight | None = None

    def __post_init__(self) -> None:
        _check_identifier("the name of an Estimator", self.name)
        for field in ("product", "transposed_product", "binary_weight"):
            function = getattr(self, field)
            if not (callable(function) or (function is None and field != "product")):
                raise TypeError(f"{field} of {self.name} must be a function, got {function!r}")
        for parameter in self.parameters:
            if not isinstance(parameter, Parameter):
                raise TypeError(f"parameters of {self.name} must be Parameters, got {parameter!r}")
        names = [parameter.name for parameter in self.parameters]
        if len(set(names)) < len(names):
            raise ValueError(f"parameters of {self.name} must have different names, got {names}")
        if not (self.least_tau <= self.greatest_tau and self.greatest_tau > 0):
            raise ValueError(
                f"{self.name} accepts no temperature: least_tau is {self.least_tau} and "
                f"greatest_tau {self.greatest_tau}"
            )
        if self.greatest_size is not None and self.greatest_size < 1:
            raise ValueError(
                f"greatest_size of {self.name} must be at least 1, got {self.greatest_size}"
            )
        if self.transposed_product is None and not self._is_symmetric():
            raise ValueError(
                f"transposed_product of {self.name} is missing: product is not that of a symmetric "
                "matrix, and forward mode needs the product of its transpose"
            )
        if self.jacobians is not None:
            self._check_jacobians(self.jacobians)
        if self.binary_weight is not None:
            self._check_weight(self.binary_weight)

    def _is_symmetric(self) -> bool:
        return is_symmetric(self.product, self._tau_near(1.0), self._defaults)

    def _check_jacobians(self, jacobians: Jacobians) -> None:
        if not isinstance(jacobians, Jacobians):
            raise TypeError(f"jacobians of {self.name} must be Jacobians, got {jacobians!r}")
        defaults = self._defaults
        if jacobians.gap is not None and jacobians.gap not in defaults:
            raise ValueError(
                f"jacobians of {self.name} have the gap {jacobians.gap!r}, which must be the name "
                f"of a parameter of the record: {', '.join(defaults) or 'it has none'}"
            )
        tau = self._tau_near(1.5)
        if not is_sum(self.product, jacobians, self._trial_forward_tau, tau, self._trial_settings):
            raise ValueError(
                f"jacobians of {self.name} are not those of its product, tried at tau={tau}: "
                "correct them, or leave them out"
            )

    def _check_weight(self, weight: Weight) -> None:
        tau = self._tau_near(1.5)
        if not is_weight(self.product, weight, self._trial_forward_tau, tau, self._trial_settings):
            raise ValueError(
                f"binary_weight of {self.name} is not that of its product, tried at tau={tau}: "
                "correct it, or leave it out"
            )

    def _tau_near(self, tau: float) -> float:
        return min(max(tau, self.least_tau), self.greatest_tau)

    @property
    def _defaults(self) -> dict[str, float]:
        return {parameter.name: parameter.default for parameter in self.parameters}

    @property
    def _trial_forward_tau(self) -> float:
        return 2.0 if FORWARD_TAU in self._defaults else 1.0

    @property
    def _trial_settings(self) -> dict[str, float]:
        defaults = self._defaults
        return {
            name: self._trial_forward_tau if name == FORWARD_TAU else defaults[name]
            for name in defaults
        }

    @property
    def pushforward_product(self) -> Product:
        """The product of the forward mode."""
        return self.product if self.transposed_product is None else self.transposed_product


class Sample(NamedTuple):
    """What a bound estimator returns; unpacks as ``y_hard, y_soft``.

    Of binary variables, in the shape of the logits, it is 0 or 1, and sigmoid(logits).

    y_hard : (..., K) exactly one-hot, in the logits' dtype; carries the estimator's gradient
    y_soft : (..., K) softmax(logits), the distribution of the sample; carries its own, exact
        gradient
    """

    y_hard: Any
    y_soft: Any


def _check_identifier(what: str, name: Any) -> None:
    if not (isinstance(name, str) and name.isidentifier()):
        raise ValueError(f"{what} must be a Python identifier, got {name!r}")
