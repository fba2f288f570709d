"""The full K x K matrix W of every estimator in float64 NumPy, as the papers have it.

Nothing here is shared with the package. All arrays are float64 with the categories last; a matrix
has one axis more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .noise import exponential


def softmax(logits: np.ndarray, tau: float = 1.0) -> np.ndarray:
    """softmax(logits / tau) along the last axis."""
    weights = np.exp((logits - logits.max(-1, keepdims=True, initial=-np.inf)) / tau)
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
        return softmax(self.logits, self.tau)

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
        return softmax(self.perturbed(logits, numbers), self.tau)

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
    return jacobian(softmax(at.logits + lift - push, at.tau)) / at.tau


def reinmax_rao(at: Point) -> np.ndarray:
    """W = 2 mean J(softmax((theta_D + G) / tau)) / tau - J(pi) / 2."""
    q = at.relaxed(at.middle, range(at.count))
    return 2 * jacobian(q).mean(0) / at.tau - jacobian(at.pi) / 2


def reinmax_cv(at: Point) -> np.ndarray:
    """W = ReinMax at 1 + eta (R - S), where S moves theta + G of the first noise to theta_D + G."""
    rao = jacobian(at.relaxed(at.middle, range(1, at.count + 1))).mean(0) / at.tau
    moved = forward_noise(at)
    return zgr(at) + at.settings["eta"] * (rao - jacobian(softmax(moved, at.tau)) / at.tau)


def forward_noise(at: Point) -> np.ndarray:
    """theta_D + G, with the Gumbels of the forward pass: theta + G, moved."""
    with np.errstate(invalid="ignore"):
        moved = at.perturbed(at.logits, range(1))[0] - at.logits + at.middle
    return np.where(np.isneginf(at.logits), -np.inf, moved)


def minimum_variance(at: Point) -> np.ndarray:
    """W g = (e_i - pi) g_i / 2 + J(pi) G^+ b / 2, solved where no digit is lost.

    (e_i - pi) g_i / 2 would lose them at a likely e_i; W 1 = 0 gives its column instead.
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
