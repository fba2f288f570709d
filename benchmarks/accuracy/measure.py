"""The error of one back end, row by row, in units of rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import backends
from tests.oracles.oracle import Oracle
from tests.oracles.units import EPSILON, SMALLEST

from . import cases, truth

MODES = ("eager", "strict", "graph", "compiled")
Compute = Callable[[str, float, cases.Batch], tuple[np.ndarray, np.ndarray]]
"""(estimator, tau, batch) -> y_soft and the cotangent of the logits."""


@dataclass(frozen=True)
class Cell:
    """The errors of the rows of one kind: each row counts with its worst entry.

    ``quantity`` is y_soft or gradient; a unit is the dtype's epsilon times the largest term of the
    row, as tests/oracles defines both.
    """

    backend: str
    mode: str
    dtype: str
    size: int
    kind: str
    quantity: str
    estimator: str
    tau: float
    median: float
    worst: float


def plan(sheet: backends.Sheet, dtype: str, size: int) -> dict[str, dict[str, tuple[float, ...]]]:
    """The temperatures of each mode: few and for few sizes where each of them is compiled."""
    modes = [mode for mode in MODES if dtype in sheet.modes.get(mode, ())]
    slow = {mode for mode in modes if mode in sheet.slow_modes}
    return {
        mode: cases.FEW_TAUS if mode in slow else cases.TAUS
        for mode in modes
        if mode not in slow or size in cases.FEW_SIZES
    }


def through_driver(driver: Any, mode: str) -> Compute:
    """What a user of the back end gets."""

    def compute(estimator: str, tau: float, batch: cases.Batch) -> tuple[np.ndarray, np.ndarray]:
        bound = getattr(driver.package, estimator)
        logits, g, h = (driver.asarray(x, batch.dtype) for x in (batch.logits, batch.g, batch.h))
        index = driver.asarray(batch.index, "int64")
        (_, soft), cotangent = driver.pullback(
            mode, lambda logits, index: bound(logits, tau, sample=index), [logits, index], [g, h]
        )
        return driver.to_numpy(soft), driver.to_numpy(cotangent)

    return compute


def measure(
    backend: str, computes: dict[str, Compute], taus: dict[str, Any], batch: cases.Batch
) -> Iterator[Cell]:
    """One cell for each mode, kind of row and quantity."""
    pi = truth.softmax(truth.extended(batch.logits))
    soft_unit = EPSILON[batch.dtype] * pi.max(-1, keepdims=True) + SMALLEST[batch.dtype]
    soft_errors = dict.fromkeys(computes, np.zeros(len(pi)))
    for estimator, tau in [(name, tau) for name, several in cases.TAUS.items() for tau in several]:
        wanted = [mode for mode in computes if tau in taus[mode][estimator]]
        if not wanted:
            continue
        expected, unit = right_pullback(estimator, tau, batch, pi)
        for mode in wanted:
            soft, cotangent = computes[mode](estimator, tau, batch)
            soft_errors[mode] = np.maximum(soft_errors[mode], worst_of_row(soft, pi, soft_unit))
            errors = worst_of_row(cotangent, expected, unit)
            yield from _cells(backend, mode, batch, "gradient", estimator, tau, errors)
    for mode, errors in soft_errors.items():
        yield from _cells(backend, mode, batch, "y_soft", "any", 1.0, errors)


def right_pullback(
    estimator: str, tau: float, batch: cases.Batch, pi: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The cotangent of the logits, and the unit in which the error of each entry is measured.

    The unit is epsilon times the terms of the oracle in tests/oracles, and the smallest normal
    number; in the entry of the sample, which is a sum, each of K terms may be flushed to zero.
    """
    logits, g, h = map(truth.extended, (batch.logits, batch.g, batch.h))
    pi_tau = pi if tau == 1 else truth.softmax(logits, tau)
    expected = truth.pullback(estimator, pi, pi_tau, tau, batch.index, g, h)
    oracle = Oracle(estimator, batch.logits, tau, batch.index)
    terms = oracle.terms(batch.g) + oracle.terms(batch.h)
    unit = EPSILON[batch.dtype] * terms + SMALLEST[batch.dtype]
    unit[np.arange(len(unit)), batch.index] += unit.shape[-1] * SMALLEST[batch.dtype]
    return expected, unit


def worst_of_row(actual: np.ndarray, expected: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """The worst error of each row in units; one that is not finite is infinitely wrong."""
    errors = np.abs(actual - expected) / unit
    return np.where(np.isfinite(errors), errors, np.inf).max(-1).astype(np.float64)


def _cells(
    backend: str,
    mode: str,
    batch: cases.Batch,
    quantity: str,
    estimator: str,
    tau: float,
    errors: np.ndarray,
) -> Iterator[Cell]:
    place = backend, mode, batch.dtype, batch.logits.shape[-1]
    for kind in dict.fromkeys(batch.kinds.tolist()):
        some = errors[batch.kinds == kind]
        middle, worst = float(np.median(some)), float(some.max())
        yield Cell(*place, kind, quantity, estimator, tau, middle, worst)
