"""The reference adapter: values and explicit derivatives on NumPy and any array-API library.

There is no automatic differentiation here to hook into. A bound estimator returns the sample
together with its :class:`Derivative`, whose pullback and pushforward are the ones that the
framework adapters register.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from . import _arguments as arguments
from . import estimators
from ._docstring import docstring
from ._draw import GRID, stages
from ._gradient import forward, pullback, pushforward
from ._math import Array
from .estimator import Estimator, Product, Residuals, Sample, Tau, forward_tau_of, with_settings

__all__ = [
    "BoundEstimator",
    "Derivative",
    "bind",
    "decoupled_straight_through",
    "gapped_straight_through",
    "gumbel_rao",
    "gumbel_softmax",
    "minimum_variance",
    "reinmax",
    "reinmax_cv",
    "reinmax_rao",
    "straight_through",
    "zgr",
]

_PARAMETERS = """
    Parameters
    ----------
    logits : array of any array-API library, (..., K, ...)
        float16, float32 or float64; -inf masks a category.
    tau : float or 0-d array, {bound}
        Temperature of the gradient; the sample and y_soft do not depend on it.{parameters}
    rng : numpy.random.Generator, optional
        Source of the draw; a fresh one if not given.
    axis : int
        The axis of the categories.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot,
        y_soft = {law}. A row that holds NaN or +inf, or is -inf throughout, is NaN in
        both, and so are its gradients; so is y_hard in a row whose ``sample`` is out of range.
    Derivative
        The estimator's pullback and pushforward at this sample.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is no axis, there are no categories, or ``sample`` has
        another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from reinmax_multi.numpy import {name}
    >>> logits = np.zeros((4, 3))
    >>> (y_hard, y_soft), derivative = {name}(logits, tau=1.0, rng=np.random.default_rng(0))
    >>> y_hard.sum(-1)
    array([1., 1., 1., 1.])
    >>> derivative.pullback(3 * y_hard**2).shape
    (4, 3)
    """


@dataclass(frozen=True)
class Derivative:
    """The derivative of a sample by its logits, as an estimator defines it."""

    _reverse: Product
    _forward: Product
    _residuals: Residuals
    _tau: Tau
    _axis: int

    @property
    def _xp(self) -> Any:
        """Looked up, for a field that holds a module could be neither pickled nor copied."""
        return array_api_compat.array_namespace(self._residuals.logits)

    def pullback(self, hard_cotangent: Array = None, soft_cotangent: Array = None) -> Array:
        """The cotangent of the logits, W g + J(pi) h.

        ``hard_cotangent`` g and ``soft_cotangent`` h have the shape of the logits; None is zero.
        """
        if hard_cotangent is None and soft_cotangent is None:
            raise ValueError(
                "pass hard_cotangent, soft_cotangent or both: there is nothing to pull back"
            )
        g = None if hard_cotangent is None else self._rows("hard_cotangent", hard_cotangent)
        h = None if soft_cotangent is None else self._rows("soft_cotangent", soft_cotangent)
        with _quiet():
            result = pullback(self._xp, self._reverse, self._residuals, g, h, self._tau)
        return self._xp.moveaxis(result, -1, self._axis)

    def pushforward(self, tangent: Array) -> Sample:
        """The tangents of ``(y_hard, y_soft)``, W^T v and J(pi) v, for a tangent v of logits."""
        tangent = self._rows("tangent", tangent)
        with _quiet():
            both = pushforward(self._xp, self._forward, self._residuals, tangent, self._tau)
        return Sample(*(self._xp.moveaxis(part, -1, self._axis) for part in both))

    def _rows(self, argument: str, vector: Any) -> Array:
        """The checked vector with the categories last."""
        _check_array(argument, vector)
        _check_library(argument, vector, self._xp)
        arguments.check_dtype(_name(vector.dtype), argument)
        shape = self._xp.moveaxis(self._residuals.logits, -1, self._axis).shape
        if vector.shape != shape:
            raise ValueError(
                f"{argument} must have the shape of the logits, {shape}, got {vector.shape}"
            )
        return self._xp.moveaxis(vector, self._axis, -1)


BoundEstimator = Callable[..., tuple[Sample, Derivative]]


def bind(estimator: Estimator) -> BoundEstimator:
    """The reference function of an estimator record."""

    def bound(
        logits: Array,
        tau: Tau = 1.0,
        *,
        rng: np.random.Generator | None = None,
        axis: int = -1,
        sample: Array = None,
        **parameters: float,
    ) -> tuple[Sample, Derivative]:
        _check_array("logits", logits)
        xp = array_api_compat.array_namespace(logits)
        arguments.check_dtype(_name(logits.dtype))
        last = arguments.check_axis("axis", axis, logits.ndim)
        arguments.check_size(estimator, "axis", last, logits.shape[last])
        checked = _check_tau(estimator, tau, xp)
        settings = arguments.check_parameters(estimator, parameters)
        forward_tau = forward_tau_of(settings)
        rows = xp.moveaxis(logits, last, -1)
        *batch, size = rows.shape
        device = array_api_compat.device(logits)
        categories = xp.arange(size, device=device)
        rng = _check_rng(rng)

        def words(count: int) -> Array:
            return xp.asarray(rng.integers(GRID, size=(*batch, count)), device=device)

        noise = None
        if sample is None:
            noise = words(stages(size))
        else:
            sample = _check_sample(xp, sample, last, rows, categories.dtype)
        seed = words(2) if estimator.backward_noise else None
        with _quiet():
            hard, soft, index = forward(
                xp, rows, categories, noise=noise, sample=sample, forward_tau=forward_tau
            )
        residuals = Residuals(rows, soft, index, categories, seed, forward_tau)
        value = Sample(xp.moveaxis(hard, -1, last), xp.moveaxis(soft, -1, last))
        reverse = with_settings(estimator.product, settings)
        forth = with_settings(estimator.forward_product, settings)
        return value, Derivative(reverse, forth, residuals, checked, last)

    bound.__name__ = bound.__qualname__ = estimator.name
    bound.__doc__ = docstring(estimator, _PARAMETERS)
    arguments.sign(bound, estimator)
    return bound


def _quiet() -> np.errstate:
    """Rows without a distribution become NaN on purpose; NumPy need not warn of it."""
    return np.errstate(invalid="ignore")


def _check_rng(rng: Any) -> np.random.Generator:
    if rng is None:
        return np.random.default_rng()
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, got {type(rng).__name__}: pass "
            "numpy.random.default_rng(seed)"
        )
    return rng


def _check_tau(estimator: Estimator, tau: Any, xp: Any) -> Any:
    if array_api_compat.is_array_api_obj(tau) and not isinstance(tau, np.generic):
        _check_library("tau", tau, xp)
        arguments.check_tau_array(estimator, tau.ndim, _name(tau.dtype))
        return tau
    return arguments.check_tau_number(estimator, tau)


def _check_sample(xp: Any, sample: Any, axis: int, rows: Array, dtype: Any) -> Array:
    _check_array("sample", sample)
    _check_library("sample", sample, xp)
    arguments.check_sample("axis", axis, rows.shape[:-1], sample.shape, _name(sample.dtype))
    return xp.expand_dims(xp.astype(sample, dtype, copy=False), axis=-1)


def _check_array(argument: str, value: Any) -> None:
    if not array_api_compat.is_array_api_obj(value):
        raise TypeError(
            f"{argument} must be an array, got {type(value).__name__}: wrap it in numpy.asarray"
        )
    arguments.check_unmasked(argument, isinstance(value, np.ma.MaskedArray))


def _check_library(argument: str, array: Array, xp: Any) -> None:
    library = array_api_compat.array_namespace(array)
    if library is not xp:
        raise TypeError(
            f"{argument} must be an array of the library of the logits, {xp.__name__}, got one of "
            f"{library.__name__}: convert it"
        )


def _name(dtype: Any) -> str:
    return str(dtype).rpartition(".")[-1]


decoupled_straight_through = bind(estimators.decoupled_straight_through)
gapped_straight_through = bind(estimators.gapped_straight_through)
gumbel_rao = bind(estimators.gumbel_rao)
gumbel_softmax = bind(estimators.gumbel_softmax)
minimum_variance = bind(estimators.minimum_variance)
reinmax = bind(estimators.reinmax)
reinmax_cv = bind(estimators.reinmax_cv)
reinmax_rao = bind(estimators.reinmax_rao)
straight_through = bind(estimators.straight_through)
zgr = bind(estimators.zgr)
