"""What every estimator must compute, from full K x K matrices in float64 NumPy.

Nothing here is shared with the package. All arrays are float64 with the categories last, ``index``
has their shape without that axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Matrix = Callable[[np.ndarray, float, np.ndarray], np.ndarray]


def softmax(logits: np.ndarray) -> np.ndarray:
    """The softmax along the last axis."""
    weights = np.exp(logits - logits.max(-1, keepdims=True, initial=-np.inf))
    return weights / weights.sum(-1, keepdims=True)


def jacobian(q: np.ndarray) -> np.ndarray:
    """J(q) = diag(q) - q q^T; the diagonal as q_i sum_{j != i} q_j keeps its digits near 1."""
    identity = np.eye(q.shape[-1])
    outer = q[..., :, None] * q[..., None, :] * (1 - identity)
    return identity * outer.sum(-1, keepdims=True) - outer


def reinmax(logits: np.ndarray, tau: float, one_hot: np.ndarray) -> np.ndarray:
    """W = 2 J((pi_tau + D) / 2) - J(pi) / 2."""
    return 2 * jacobian((softmax(logits / tau) + one_hot) / 2) - jacobian(softmax(logits)) / 2


def straight_through(logits: np.ndarray, tau: float, one_hot: np.ndarray) -> np.ndarray:
    """W = J(pi_tau) / tau."""
    return jacobian(softmax(logits / tau)) / tau


WEIGHTS: dict[str, Matrix] = {"reinmax": reinmax, "straight_through": straight_through}


@dataclass(frozen=True)
class Result:
    """A product, and the largest term of each row: rounding errors are in proportion to it."""

    value: np.ndarray
    terms: np.ndarray


def _transposed(matrix: np.ndarray) -> np.ndarray:
    return np.swapaxes(matrix, -1, -2)


def _product(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    return np.einsum("...ij,...j->...i", matrix, vector)


@dataclass(frozen=True)
class Oracle:
    """The derivative of a sample, at given logits and categories."""

    estimator: str
    logits: np.ndarray
    tau: float
    index: np.ndarray

    @property
    def y_hard(self) -> np.ndarray:
        """D."""
        return np.eye(self.logits.shape[-1])[self.index]

    @property
    def y_soft(self) -> np.ndarray:
        """Pi."""
        return softmax(self.logits)

    def weight(self) -> np.ndarray:
        """W."""
        return WEIGHTS[self.estimator](self.logits, self.tau, self.y_hard)

    def pullback(self, g: np.ndarray, h: np.ndarray) -> Result:
        """W^T g + J(pi)^T h."""
        value = _product(_transposed(self.weight()), g) + _product(
            _transposed(jacobian(self.y_soft)), h
        )
        return Result(value, self.terms(g) + self.terms(h))

    def pushforward(self, v: np.ndarray) -> tuple[Result, Result]:
        """W v and J(pi) v."""
        hard, soft = _product(self.weight(), v), _product(jacobian(self.y_soft), v)
        return Result(hard, self.terms(v)), Result(soft, self.terms(v))

    def terms(self, vector: np.ndarray) -> np.ndarray:
        """The largest |q_j (v_j - v_I)| of each row, q being pi + pi_tau / min(1, tau).

        Every row of W sums to 0, so only differences of v matter, and no row is counted as larger
        for a constant that it carries. The entry of the sample is a sum of K such terms: rounding
        adds up to the root of their sum of squares, and even the right number rounded once is off
        by half an epsilon of its own size.
        """
        q = softmax(self.logits) + softmax(self.logits / self.tau) / min(1.0, self.tau)
        at_sample = np.take_along_axis(vector, self.index[..., None], -1)
        each = q * (vector - at_sample)
        largest = np.abs(each).max(-1, keepdims=True, initial=0.0)
        total = np.maximum(np.sqrt((each**2).sum(-1)), np.abs(each.sum(-1)))[..., None]
        drawn = np.arange(vector.shape[-1]) == self.index[..., None]
        return np.where(drawn, total, largest)
