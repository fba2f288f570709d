"""What softmax and the pullbacks are, in more digits than any dtype that is measured.

The formulas run on numbers of any kind. The truth is NumPy's long double (64 bits of mantissa on
x86, 2048 times finer than float64); :func:`check` holds it to mpmath in 400 digits, and the
formulas to the dense matrices of tests/oracles. J(q) v is evaluated on v - v_I, which changes
nothing (J(q) 1 = 0) and keeps all digits where one probability is near 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from mpmath import matrix, mp, mpf

from tests.oracles import dense_mp
from tests.oracles.units import EPSILON, SMALLEST

from . import cases

DIGITS = 400
"""Decimal digits for mpmath: a dense matrix of a row with probabilities of 1e-320 cancels."""

exponential: Callable[[np.ndarray], np.ndarray] = np.vectorize(mp.exp, otypes=[object])


def softmax(logits: np.ndarray, tau: float = 1.0) -> np.ndarray:
    """softmax(theta / tau), in long doubles or, for an object array, in mpmath numbers."""
    top = logits.max(-1, keepdims=True)
    exp = exponential if logits.dtype == object else np.exp
    weights = exp((logits - top) / tau)
    return weights / weights.sum(-1, keepdims=True)


def _jacobian_product(q: np.ndarray, vector: np.ndarray) -> np.ndarray:
    return q * (vector - (q * vector).sum(-1, keepdims=True))


def pullback(
    estimator: str,
    pi: np.ndarray,
    pi_tau: np.ndarray,
    tau: float,
    index: np.ndarray,
    g: np.ndarray,
    h: np.ndarray,
) -> np.ndarray:
    """W g + J(pi) h with W = 2 J((pi_tau + D) / 2) - J(pi) / 2 or J(pi_tau) / tau."""
    g, h = (v - np.take_along_axis(v, index[:, None], -1) for v in (g, h))
    if estimator == "straight_through":
        hard = _jacobian_product(pi_tau, g) / tau
    else:
        middle = pi_tau / 2
        rows = np.arange(len(index))
        middle[rows, index] = (pi_tau[rows, index] + 1) / 2
        hard = 2 * _jacobian_product(middle, g) - _jacobian_product(pi, g) / 2
    return hard + _jacobian_product(pi, h)


def extended(values: np.ndarray) -> np.ndarray:
    """The numbers as long doubles."""
    if np.finfo(np.longdouble).eps > 2e-19:
        raise RuntimeError("long double is no wider than double here: measure on x86-64 Linux")
    return values.astype(np.longdouble)


def exact(values: np.ndarray) -> np.ndarray:
    """The numbers as mpmath's."""
    return np.vectorize(mpf, otypes=[object])(values)


def exact_of_extended(values: np.ndarray) -> np.ndarray:
    """Long doubles as mpmath numbers: a double, and what it leaves over."""
    high = values.astype(np.float64)
    return exact(high) + exact((values - high).astype(np.float64))


def dense(
    estimator: str, logits: np.ndarray, tau: float, index: int, g: np.ndarray, h: np.ndarray
) -> np.ndarray:
    """One row by full matrices, as the golden data are computed."""
    row = [dense_mp.MASKED if np.isneginf(x) else float(x) for x in logits]
    point = dense_mp.Point(row, index, tau, settings={}, words=None)
    value = dense_mp.MATRICES[estimator](point).T * matrix(list(map(float, g)))
    value += dense_mp.jacobian(point.pi).T * matrix(list(map(float, h)))
    return np.array(list(value), dtype=object)


def check() -> float:
    """The worst error of the truth, in units of float64.

    mpmath runs the same formulas on a row of every kind with up to 1000 categories, and the dense
    matrices on every kind with 10.
    """
    worst = 0.0
    with mp.workdps(DIGITS):
        for size in (2, 10, 1000):
            batch = cases.batch("float64", size)
            first = np.unique(batch.kinds, return_index=True)[1]
            for estimator, tau in (("reinmax", 1.0), ("reinmax", 1.5), ("straight_through", 0.5)):
                for row in first:
                    worst = max(worst, _doubt(batch, row, estimator, tau))
    return worst


def _doubt(batch: cases.Batch, row: int, estimator: str, tau: float) -> float:
    logits, g, h = (part[row : row + 1] for part in (batch.logits, batch.g, batch.h))
    index = batch.index[row : row + 1]

    def solve(number: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        pi, pi_tau = (softmax(number(logits), each) for each in (1.0, tau))
        return pullback(estimator, pi, pi_tau, tau, index, number(g), number(h))[0]

    right = solve(exact)
    if len(right) == 10:
        matrices = dense(estimator, logits[0], tau, int(index[0]), g[0], h[0])
        assert max(abs(right - matrices)) <= mpf(10) ** -60 * (1 + max(abs(right)))
    largest = max(abs(right))
    if largest < SMALLEST["float64"]:
        return 0.0
    return float(
        max(abs(right - exact_of_extended(solve(extended)))) / largest / EPSILON["float64"]
    )
