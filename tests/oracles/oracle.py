"""What every estimator must compute: products with its dense matrix, and the size of their terms.

All arrays are float64 with the categories last, ``index`` has their shape without that axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from .dense import WEIGHTS, Matrix, Point, forward_noise, jacobian, softmax


def tempered(at: Point) -> np.ndarray:
    """Pi + pi_tau / min(1, tau)."""
    return at.pi + at.pi_tau / min(1.0, at.tau)


def conditioned(q: np.ndarray) -> np.ndarray:
    """Q, and its eighth for each unit of its exponent, whose rounding errors it multiplies."""
    return q * (1 - np.log(np.where(q > 0, q, 1)) / 8)


def relaxed(at: Point) -> np.ndarray:
    """Pi and the mean relaxed sample over tau; the power 1 / tau multiplies errors by as much."""
    q = conditioned(at.relaxed(at.logits, range(at.count))).mean(0)
    return at.pi + q / at.tau * max(1.0, 1 / at.tau)


def relaxed_at_middle(at: Point) -> np.ndarray:
    """The same at theta_D, with all that the two estimators do there."""
    q = conditioned(at.relaxed(at.middle, range(at.count + 1))).sum(0) / at.count
    q = q + conditioned(softmax(forward_noise(at), at.tau))
    return at.pi + 2 * q / at.tau * max(1.0, 1 / at.tau)


def gapped(at: Point) -> np.ndarray:
    """Pi and the softmax of the perturbed logits over tau."""
    top = at.logits.max(-1, keepdims=True, initial=-np.inf)
    moved = np.where(at.one_hot == 1, top, np.minimum(at.logits, top - at.settings["gap"]))
    return at.pi + softmax(moved, at.tau) / min(1.0, at.tau)


def shares(at: Point) -> np.ndarray:
    """Pi_j / (pi_I + pi_j), which the inverse of a stochastic matrix does not enlarge."""
    of_sample = (at.pi * at.one_hot).sum(-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(at.pi / (at.pi + of_sample))


SCALES: dict[str, Matrix] = {
    "gapped_straight_through": gapped,
    "gumbel_rao": relaxed,
    "gumbel_softmax": relaxed,
    "minimum_variance": shares,
    "reinmax_cv": relaxed_at_middle,
    "reinmax_rao": relaxed_at_middle,
}
"""What multiplies the differences of a vector in a row, where it is not ``tempered``."""


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
    settings: Mapping[str, float] = field(default_factory=dict)
    words: np.ndarray | None = None

    @property
    def y_hard(self) -> np.ndarray:
        """D."""
        return (np.arange(self.logits.shape[-1]) == self.index[..., None]).astype(np.float64)

    @property
    def y_soft(self) -> np.ndarray:
        """The distribution of the sample, softmax(logits / forward_tau)."""
        return softmax(self.logits, self.forward_tau)

    @property
    def forward_tau(self) -> float:
        """1 but for the estimator that has one."""
        return self.settings.get("forward_tau", 1.0)

    @property
    def point(self) -> Point:
        """Where the matrices are taken."""
        return Point(self.logits, self.tau, self.y_hard, self.settings, self.words)

    def rows(self, chosen: slice) -> Oracle:
        """The same for some of the rows."""
        words = None if self.words is None else self.words[chosen]
        return replace(self, logits=self.logits[chosen], index=self.index[chosen], words=words)

    def weight(self) -> np.ndarray:
        """W."""
        return WEIGHTS[self.estimator](self.point)

    def soft_weight(self) -> np.ndarray:
        """The Jacobian of y_soft."""
        return jacobian(self.y_soft) / self.forward_tau

    def pullback(self, g: np.ndarray, h: np.ndarray) -> Result:
        """W g + J h."""
        value = _product(self.weight(), g) + _product(self.soft_weight(), h)
        return Result(value, self.terms(g) + self.terms(h))

    def pushforward(self, v: np.ndarray) -> tuple[Result, Result]:
        """W^T v and J v."""
        hard, soft = _product(_transposed(self.weight()), v), _product(self.soft_weight(), v)
        return Result(hard, self.terms(v)), Result(soft, self.terms(v))

    def terms(self, vector: np.ndarray) -> np.ndarray:
        """The largest |q_j (v_j - v_I)| of each row, q being the scale of the estimator.

        Every row of W sums to 0, so only differences of v matter, and no row is counted as larger
        for a constant that it carries. The entry of the sample is a sum of K such terms: rounding
        adds up to the root of their sum of squares, and even the right number rounded once is off
        by half an epsilon of its own size.
        """
        q = SCALES.get(self.estimator, tempered)(self.point)
        q = np.maximum(q, self.y_soft / min(1.0, self.forward_tau))
        at_sample = np.take_along_axis(vector, self.index[..., None], -1)
        each = q * (vector - at_sample)
        largest = np.abs(each).max(-1, keepdims=True, initial=0.0)
        total = np.maximum(np.sqrt((each**2).sum(-1)), np.abs(each.sum(-1)))[..., None]
        drawn = np.arange(vector.shape[-1]) == self.index[..., None]
        return np.where(drawn, total, largest)
