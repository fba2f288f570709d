"""Derivatives of any order in 60 digits, along directions, with the sample held fixed.

A loss is a function of x and of y_hard. The estimator says how y_hard moves with x, by its matrix:
dy = W(x)^T dx. With that rule the derivative of a loss along a direction is again a function of x
and y_hard, which can be differentiated along another direction, and so on. The first derivative is
the stated pullback W g + J h, and the next ones are those of the pullback.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
from mpmath import matrix, mp, mpf

from tests.oracles.dense_mp import MATRICES, Point, softmax

DIGITS = 60
STEP = mpf(10) ** -14  # a central difference errs by STEP^2, and by 10^-DIGITS / STEP^order

Loss = Callable[[np.ndarray, np.ndarray], mpf]
"""A function of x, (parts, N, K) with the logits first, and of y_hard, (N, K)."""


def working_digits() -> AbstractContextManager[None]:
    """What the derivatives are computed in."""
    return mp.workdps(DIGITS)


def exact(array: np.ndarray) -> np.ndarray:
    """The same numbers in mpmath."""
    return np.vectorize(mpf, otypes=[object])(array)


def soft(logits: np.ndarray, forward_tau: float = 1.0) -> np.ndarray:
    """softmax(logits / forward_tau)."""
    return np.array([list(softmax(list(row), forward_tau)) for row in logits], dtype=object)


@dataclass(frozen=True)
class Call:
    """An estimator as it was called: all that its matrix depends on but the logits."""

    estimator: str
    tau: float
    index: tuple[int, ...]
    settings: tuple[tuple[str, float], ...] = ()
    words: tuple[tuple[int, int], ...] | None = None

    def tangent(self, logits: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """W^T v, row by row, how y_hard moves."""
        rows = []
        for row, (theta, v) in enumerate(zip(logits, direction, strict=True)):
            words = None if self.words is None else self.words[row]
            at = Point(list(theta), self.index[row], self.tau, dict(self.settings), words)
            rows.append(list(MATRICES[self.estimator](at).T * matrix(list(v))))
        return np.array(rows, dtype=object)


def derivative(loss: Loss, direction: np.ndarray, call: Call) -> Loss:
    """The derivative of ``loss`` along ``direction``, a function of the same two arguments."""

    def moved(x: np.ndarray, hard: np.ndarray) -> mpf:
        turn = call.tangent(x[0], direction[0])
        ahead, behind = (loss(x + t * direction, hard + t * turn) for t in (STEP, -STEP))
        return (ahead - behind) / (2 * STEP)

    return moved
