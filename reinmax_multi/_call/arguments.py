"""Argument checks that the adapters share; each error names the argument and the remedy."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np

from .._core.estimator import Estimator, Parameter

FLOATING = ("float16", "bfloat16", "float32", "float64")
SMALLEST, LARGEST = 2.0**-126, 2.0**128 * (1 - 2.0**-24)
"""The normal numbers of float32."""


def check_unmasked(argument: str, is_masked: bool) -> None:
    """Raises TypeError for a NumPy masked array, whose mask would be dropped silently."""
    if is_masked:
        raise TypeError(
            f"{argument} must not be a masked array: call its .filled() with a value for what is "
            "masked (-inf in logits)"
        )


def check_dtype(name: str, argument: str = "logits") -> None:
    """``name`` is the dtype; raises TypeError unless it is a floating dtype we compute."""
    if name not in FLOATING:
        raise TypeError(
            f"{argument} must have a floating dtype ({', '.join(FLOATING)}), got {name}: "
            "cast them first"
        )


def check_axis(argument: str, axis: Any, rank: int) -> int:
    """The axis counted from the end (-rank .. -1); ``argument`` is ``axis`` or ``dim``."""
    if not _is_number(axis, numbers.Integral):
        raise TypeError(f"{argument} must be an int, got {axis!r}: name one axis of the logits")
    if rank == 0:
        raise ValueError(
            "logits must have at least one axis, got a scalar: the categories lie along "
            f"{argument}, so reshape the logits to (..., K)"
        )
    if not -rank <= axis < rank:
        raise ValueError(
            f"{argument}={axis} is out of range for logits of rank {rank}: "
            f"use {-rank} to {rank - 1}"
        )
    return int(axis) if axis < 0 else int(axis) - rank


def check_size(argument: str, axis: int, size: int | None) -> None:
    """Raises ValueError when there are no categories; None is a size not known yet."""
    if size == 0:
        raise ValueError(
            f"logits have no categories: their size along {argument}={axis} is 0, and it must be "
            "at least 1"
        )


def check_greatest_size(estimator: Estimator, argument: str, axis: int, size: int | None) -> None:
    """Raises ValueError when there are more categories than the estimator is for."""
    most = estimator.greatest_size
    if size is not None and most is not None and size > most:
        raise ValueError(
            f"logits have {size} categories along {argument}={axis}, and {estimator.name} is for "
            f"at most {most}: use an estimator without this bound"
        )


def check_sample_shape(sample_shape: Any, least: int) -> tuple[int, ...]:
    """The checked shape of independent samples, as a tuple of ints of a least size."""
    is_shape = isinstance(sample_shape, (tuple, list))
    if not (is_shape and all(_is_number(size, numbers.Integral) for size in sample_shape)):
        raise TypeError(
            f"sample_shape must be a tuple of ints, got {sample_shape!r}: pass (n,) for n samples"
        )
    if any(size < least for size in sample_shape):
        raise ValueError(
            f"sample_shape must have sizes of at least {least}, got {tuple(sample_shape)}: leave "
            "it out for one sample"
        )
    return tuple(int(size) for size in sample_shape)


def check_share(share: Any) -> float:
    """The checked share of the uniform distribution in a mixture."""
    if not _is_number(share, numbers.Real):
        raise TypeError(f"share must be a real number, got {share!r}: pass a float, as 0.01")
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, got {share}: DreamerV3 takes 0.01")
    return float(share)


def check_tau_number(estimator: Estimator, tau: Any) -> float:
    """A number, or a NumPy array of one, as a float; raises ValueError when the estimator cannot
    use it.
    """
    number = tau if type(tau) is float else _tau_as_float(tau)
    if SMALLEST <= number <= LARGEST and estimator.least_tau <= number <= estimator.greatest_tau:
        return number
    if not 0.0 < number < math.inf:
        raise ValueError(f"tau must be positive and finite, got {number}: {estimator.advice}")
    if not SMALLEST <= number <= LARGEST:
        raise ValueError(
            "tau must be a normal number of float32, in which gradients are computed, got "
            f"{number}: {estimator.advice}"
        )
    if number < estimator.least_tau:
        raise ValueError(
            f"tau must be at least {estimator.least_tau} for {estimator.name}, got {number}: "
            f"{estimator.advice}"
        )
    raise ValueError(
        f"tau must be at most {estimator.greatest_tau} for {estimator.name}, got {number}: "
        f"{estimator.advice}"
    )


def _tau_as_float(tau: Any) -> float:
    if isinstance(tau, np.ndarray) and tau.size == 1:
        tau = tau.item()
    if not _is_number(tau, numbers.Real):
        raise TypeError(
            "tau must be a real number, an array of one from NumPy or an array of the framework, "
            f"got {type(tau).__name__}: pass a float"
        )
    try:
        return float(tau)
    except OverflowError:  # an int or a fraction that no float can hold
        return math.inf if tau > 0 else -math.inf


def _is_number(value: Any, kind: type) -> bool:
    """Neither a bool nor a timedelta64, though Python and NumPy count these as integers."""
    if type(value) is int:
        return True
    return isinstance(value, kind) and type(value).__name__ not in ("bool", "timedelta64")


def check_tau_array(
    estimator: Estimator,
    argument: str,
    axis: int | None,
    logits: tuple[int | None, ...],
    shape: tuple[int | None, ...],
    dtype_name: str,
) -> bool:
    """Whether ``tau``, an array of the framework, has one element.

    Its value is never read, only its shape and dtype; ``logits`` is the shape of the logits, with
    the categories along ``axis``, if there is one.
    """
    is_one = all(size == 1 for size in shape)
    rows, of_rows = list(logits), "that of the logits"
    if axis is not None:
        rows[axis] = 1
        of_rows = f"that of the logits with size 1 along {argument}={axis}"
    own = len(rows) - len(shape)
    if not is_one and not (
        own >= 0
        and all(
            have is None or want is None or have in (1, want)
            for have, want in zip(shape, rows[own:], strict=True)
        )
    ):
        raise ValueError(
            f"tau must be one number, or one for each row in a shape that broadcasts to "
            f"{tuple(rows)}, {of_rows}, got an array of the shape {tuple(shape)}: reshape it"
        )
    if dtype_name not in FLOATING and not dtype_name.startswith(("int", "uint")):
        raise TypeError(
            f"tau must have a floating or integer dtype, got {dtype_name}: cast it to float32"
        )
    if estimator.least_tau == estimator.greatest_tau:
        raise ValueError(
            f"tau must be the Python number {estimator.least_tau} for {estimator.name}, got an "
            f"array, whose value is never read: {estimator.advice}"
        )
    return is_one


def check_sample(
    argument: str,
    axis: int | None,
    expected: tuple[int | None, ...],
    shape: tuple[int | None, ...],
    dtype_name: str,
    sample_shape: tuple[int, ...],
) -> tuple[int, ...]:
    """The shape of the samples, which the sample tells if it is not given. ``expected`` is the
    shape of the logits without the axis of the categories, if there is one.
    """
    if not dtype_name.startswith(("int", "uint")):
        remedy = (
            "cast 0 and 1 to int32"
            if axis is None
            else "pass category numbers, as argmax of a one-hot array along its axis gives them"
        )
        raise TypeError(f"sample must have an integer dtype, got {dtype_name}: {remedy}")
    own = len(shape) - len(expected)
    matches = own >= 0 and _fits(shape[own:], expected)
    if not matches and axis is None:
        raise ValueError(
            f"sample must have the shape of the logits, {tuple(expected)}, got {tuple(shape)}: one "
            "value a variable, or axes of several samples first"
        )
    if not matches:
        raise ValueError(
            f"sample must have the shape of the logits without {argument}={axis}, {expected}, got "
            f"{shape}: one category a row, or axes of several samples first"
        )
    leading = tuple(shape[:own])
    if sample_shape and not _fits(leading, sample_shape):
        raise ValueError(
            f"sample_shape must be that of the sample, {leading}, got {sample_shape}: leave it out"
        )
    if None in leading and not sample_shape:
        raise ValueError(
            f"sample must have a known number of samples, got the shape {shape}: pass it as "
            "sample_shape"
        )
    return sample_shape or check_sample_shape(leading, least=1)


def _fits(shape: tuple[int | None, ...], wanted: tuple[int | None, ...]) -> bool:
    """Whether two shapes are the same, as far as they are known."""
    return len(shape) == len(wanted) and all(
        have is None or want is None or have == want
        for have, want in zip(shape, wanted, strict=True)
    )


def check_parameters(estimator: Estimator, given: Mapping[str, Any]) -> dict[str, float]:
    """The hyper-parameters of a call, with the defaults of those that are not given."""
    if not estimator.parameters and not given:
        return {}
    names = [parameter.name for parameter in estimator.parameters]
    for name in given:
        if name not in names:
            takes = ", ".join(names) if names else "no hyper-parameters"
            raise TypeError(
                f"{estimator.name}() got an unexpected keyword argument {name!r}: it takes {takes}"
            )
    return {
        parameter.name: _check_parameter(
            estimator, parameter, given.get(parameter.name, parameter.default)
        )
        for parameter in estimator.parameters
    }


def _check_parameter(estimator: Estimator, parameter: Parameter, value: Any) -> float:
    whole = isinstance(parameter.default, int)
    if not _is_number(value, numbers.Integral if whole else numbers.Real):
        raise TypeError(
            f"{parameter.name} must be a Python {'int' if whole else 'number'}, got "
            f"{type(value).__name__}: it is fixed when a program is traced"
        )
    try:
        number = int(value) if whole else float(value)
    except OverflowError:  # an int or a fraction that no float can hold
        number = math.inf if value > 0 else -math.inf
    least = max(parameter.least, SMALLEST if parameter.positive else -LARGEST)
    if not (least <= number <= LARGEST):
        raise ValueError(
            f"{parameter.name} of {estimator.name} must be {parameter.span}, got {number}: "
            f"{parameter.summary}"
        )
    return number
