"""Derivatives of any order in 60 digits, along directions, with the sample held fixed.

A loss is a function of x and of y_hard. The estimator says how y_hard moves with x, by its matrix:
dy = W(x) dx. With that rule the derivative of a loss along a direction is again a function of x and
y_hard, which can be differentiated along another direction, and so on. The first derivative is the
stated pullback W g + J h, and the next ones are those of the pullback.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from mpmath import matrix, mpf

from tests.golden.make_golden import MATRICES, softmax

DIGITS = 60
STEP = mpf(10) ** -14  # a central difference errs by STEP^2, and by 10^-DIGITS / STEP^order

Loss = Callable[[np.ndarray, np.ndarray], mpf]
"""A function of x, (parts, N, K) with the logits first, and of y_hard, (N, K)."""


def exact(array: np.ndarray) -> np.ndarray:
    """The same numbers in mpmath."""
    return np.vectorize(mpf, otypes=[object])(array)


def soft(logits: np.ndarray) -> np.ndarray:
    """Softmax(logits)."""
    return np.array([list(softmax(list(row), 1.0)) for row in logits], dtype=object)


def derivative(
    loss: Loss, direction: np.ndarray, estimator: str, tau: float, one_hot: np.ndarray
) -> Loss:
    """The derivative of ``loss`` along ``direction``, a function of the same two arguments."""

    def moved(x: np.ndarray, hard: np.ndarray) -> mpf:
        turn = _hard_tangent(x[0], direction[0], estimator, tau, one_hot)
        ahead, behind = (loss(x + t * direction, hard + t * turn) for t in (STEP, -STEP))
        return (ahead - behind) / (2 * STEP)

    return moved


def _hard_tangent(
    logits: np.ndarray, direction: np.ndarray, estimator: str, tau: float, one_hot: np.ndarray
) -> np.ndarray:
    """W v, row by row."""
    rows = []
    for theta, v, sampled in zip(logits, direction, one_hot, strict=True):
        pi, pi_tau = softmax(list(theta), 1.0), softmax(list(theta), tau)
        weight = MATRICES[estimator](pi, pi_tau, matrix(list(sampled)), tau)
        rows.append(list(weight * matrix(list(v))))
    return np.array(rows, dtype=object)
