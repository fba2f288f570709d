"""What every estimator must compute, from full K x K matrices in float64 NumPy.

Nothing here is shared with the package. All arrays are float64 with the categories last, ``index``
has their shape without that axis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from tests.oracles.noise import exponential


def softmax(logits: np.ndarray) -> np.ndarray:
    """The softmax along the last axis."""
    weights = np.exp(logits - logits.max(-1, keepdims=True, initial=-np.inf))
    return weights / weights.sum(-1, keepdims=True)


def jacobian(q: np.ndarray) -> np.ndarray:
    """J(q) = diag(q) - q q^T; the diagonal as q_i sum_{j != i} q_j keeps its digits near 1."""
    identity = np.eye(q.shape[-1])
    outer = q[..., :, None] * q[..., None, :] * (1 - identity)
    return identity * outer.sum(-1, keepdims=True) - outer


@dataclass(frozen=True)
class Point:
    """Where a matrix is taken: everything that an estimator may depend on."""

    logits: np.ndarray
    tau: float
    one_hot: np.ndarray
    settings: Mapping[str, float]
    words: np.ndarray | None

    @property
    def pi(self) -> np.ndarray:
        """softmax(logits)."""
        return softmax(self.logits)

    @property
    def pi_tau(self) -> np.ndarray:
        """softmax(logits / tau)."""
        return softmax(self.logits / self.tau)

    @property
    def middle(self) -> np.ndarray:
        """theta_D = log((pi + D) / 2)."""
        with np.errstate(divide="ignore"):
            return np.log((self.pi + self.one_hot) / 2)

    def perturbed(self, logits: np.ndarray, numbers: range) -> np.ndarray:
        """Logits + G given that the sample wins, (samples, ..., K): with Z = sum exp theta,
        -log E_I + log Z for I and -log(E_j / exp theta_j + E_I / Z) for the others.
        """
        noise = exponential(self.words, numbers.stop, logits.shape[-1])[numbers.start :]
        of_sample = (noise * self.one_hot).sum(-1, keepdims=True)
        top = logits.max(-1, keepdims=True, initial=-np.inf)
        log_z = top + np.log(np.exp(logits - top).sum(-1, keepdims=True))
        with np.errstate(invalid="ignore"):
            others = logits - np.log(noise + np.exp(logits - log_z) * of_sample)
        return np.where(self.one_hot == 1, log_z - np.log(of_sample), others)

    def relaxed(self, logits: np.ndarray, numbers: range) -> np.ndarray:
        """softmax((logits + G) / tau) given the sample, (samples, ..., K)."""
        return softmax(self.perturbed(logits, numbers) / self.tau)

    @property
    def count(self) -> int:
        """How many Monte Carlo samples."""
        return int(self.settings.get("num_samples", 1))


Matrix = Callable[[Point], np.ndarray]


def reinmax(at: Point) -> np.ndarray:
    """W = 2 J((pi_tau + D) / 2) - J(pi) / 2."""
    return 2 * jacobian((at.pi_tau + at.one_hot) / 2) - jacobian(at.pi) / 2


def straight_through(at: Point) -> np.ndarray:
    """W = J(pi_tau) / tau."""
    return jacobian(at.pi_tau) / at.tau


def gumbel_rao(at: Point) -> np.ndarray:
    """The mean of J(softmax((theta + G) / tau)) / tau."""
    return jacobian(at.relaxed(at.logits, range(at.count))).mean(0) / at.tau


def zgr(at: Point) -> np.ndarray:
    """W = [J(pi) + (D - pi)(D - pi)^T] / 2."""
    difference = at.one_hot - at.pi
    return (jacobian(at.pi) + difference[..., :, None] * difference[..., None, :]) / 2


def gapped_straight_through(at: Point) -> np.ndarray:
    """W = J(softmax((theta + m1 - m2) / tau)) / tau."""
    top = at.logits.max(-1, keepdims=True, initial=-np.inf)
    lift = np.where(at.one_hot == 1, top - at.logits, 0)
    push = np.where(at.one_hot == 1, 0, np.maximum(0, at.logits + at.settings["gap"] - top))
    return jacobian(softmax((at.logits + lift - push) / at.tau)) / at.tau


def reinmax_rao(at: Point) -> np.ndarray:
    """W = 2 mean J(softmax((theta_D + G) / tau)) / tau - J(pi) / 2."""
    q = at.relaxed(at.middle, range(at.count))
    return 2 * jacobian(q).mean(0) / at.tau - jacobian(at.pi) / 2


def reinmax_cv(at: Point) -> np.ndarray:
    """W = ReinMax at 1 + eta (R - S), where S moves theta + G of the first noise to theta_D + G."""
    rao = jacobian(at.relaxed(at.middle, range(1, at.count + 1))).mean(0) / at.tau
    moved = _forward_noise(at)
    return zgr(at) + at.settings["eta"] * (rao - jacobian(softmax(moved / at.tau)) / at.tau)


def _forward_noise(at: Point) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        moved = at.perturbed(at.logits, range(1))[0] - at.logits + at.middle
    return np.where(np.isneginf(at.logits), -np.inf, moved)


def minimum_variance(at: Point) -> np.ndarray:
    """W g = (e_i - pi) g_i / 2 + J(pi) G^+ b / 2, solved where no digit is lost.

    (e_i - pi) g_i / 2 would lose them at a likely e_i; it makes W blind to constants.
    """
    pi, one_hot = at.pi, at.one_hot
    identity = np.eye(pi.shape[-1])
    left, right = pi[..., :, None], pi[..., None, :]
    with np.errstate(invalid="ignore"):
        share = np.nan_to_num(right / (left + right)) * (1 - identity)  # omega_jk / pi_j
    laplacian = identity * share.sum(-1, keepdims=True) - share  # G over pi_j
    fall = np.einsum("...ij,...i->...j", share, one_hot)  # pi_j / (pi_i + pi_j)
    columns = identity * fall[..., None, :] - one_hot[..., :, None] * fall[..., None, :]  # of b
    positive = np.where(left > 0, left, 1)
    potential = _grounded(laplacian, columns / positive, pi)
    weight = np.where(left > 0, jacobian(pi) @ potential, 0) / 2 * (1 - one_hot[..., None, :])
    return weight - weight.sum(-1, keepdims=True) * one_hot[..., None, :]


def _grounded(laplacian: np.ndarray, columns: np.ndarray, pi: np.ndarray) -> np.ndarray:
    """The solution that is 0 at the likeliest category; refined in long double."""
    ground = np.eye(pi.shape[-1])[pi.argmax(-1)][..., :, None]
    system = np.where(ground == 1, np.swapaxes(ground, -1, -2), laplacian)
    target = np.where(ground == 1, 0, columns)
    solution = np.zeros_like(target, dtype=np.longdouble)
    for _ in range(3):
        residual = target - _long_product(system, solution)
        solution += np.linalg.solve(system, residual.astype(float))
    return solution.astype(float)


def _long_product(matrix: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.einsum("...ij,...jk->...ik", matrix.astype(np.longdouble), other)


WEIGHTS: dict[str, Matrix] = {
    "decoupled_straight_through": straight_through,
    "gapped_straight_through": gapped_straight_through,
    "gumbel_rao": gumbel_rao,
    "gumbel_softmax": gumbel_rao,
    "minimum_variance": minimum_variance,
    "reinmax": reinmax,
    "reinmax_cv": reinmax_cv,
    "reinmax_rao": reinmax_rao,
    "straight_through": straight_through,
    "zgr": zgr,
}


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
    q = q + conditioned(softmax(_forward_noise(at) / at.tau))
    return at.pi + 2 * q / at.tau * max(1.0, 1 / at.tau)


def gapped(at: Point) -> np.ndarray:
    """Pi and the softmax of the perturbed logits over tau."""
    top = at.logits.max(-1, keepdims=True, initial=-np.inf)
    moved = np.where(at.one_hot == 1, top, np.minimum(at.logits, top - at.settings["gap"]))
    return at.pi + softmax(moved / at.tau) / min(1.0, at.tau)


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
        """The law of the sample, softmax(logits / forward_tau)."""
        return softmax(self.logits / self.forward_tau)

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
