"""The full K x K matrix W of every estimator in mpmath, as the papers have it.

Nothing here is shared with the package or with the oracle in float64. The caller sets the number of
digits, by ``mp.workdps``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import diag, exp, log, matrix, mpf

MASKED = "-inf"
WORD = 2**32 - 1


def softmax(logits: list[float | str], tau: float) -> matrix:
    """softmax(logits / tau) as a column."""
    weights = [mpf(0) if x == MASKED else exp(mpf(x) / mpf(tau)) for x in logits]
    return matrix(weights) / sum(weights)


def jacobian(q: matrix) -> matrix:
    """J(q) = diag(q) - q q^T."""
    return diag(list(q)) - q * q.T


class Point:
    """Where a matrix is taken: one row, its sample, tau and all the rest."""

    def __init__(
        self,
        logits: list[float | str],
        sample: int,
        tau: float,
        settings: dict[str, float],
        words: list[int] | None,
    ) -> None:
        self.logits, self.sample, self.tau = logits, sample, tau
        self.settings, self.words = settings, words
        self.pi, self.pi_tau = softmax(logits, 1.0), softmax(logits, tau)
        self.one_hot = matrix([int(k == sample) for k in range(len(logits))])

    def noise(self, number: int) -> list[mpf]:
        """Exp(1) noise of one Monte Carlo sample, from the words of the row."""
        first, second = self.words
        t = lowbias32(lowbias32(second) + number)
        start = lowbias32(first ^ t)
        words = [_signed(_second(_first(start + k) ^ t)) for k in range(len(self.logits))]
        return [-log((mpf((word >> 9) + 2**22) + mpf(1) / 2) / 2**23) for word in words]

    def relaxed(self, number: int, logits: list[mpf | str] | None = None) -> matrix:
        """softmax((logits + G) / tau), G Gumbels given that the sample wins at these logits."""
        return softmax(self.perturbed(number, self.logits if logits is None else logits), self.tau)

    def perturbed(self, number: int, logits: list[Any]) -> list[Any]:
        """Logits + G: -log E_I + log Z for the sample I, -log(E_j / exp theta_j + E_I / Z) else."""
        noise, k = self.noise(number), self.sample
        weights = [exp(mpf(x)) if x != MASKED else mpf(0) for x in logits]
        total = sum(weights)
        result: list[Any] = [
            -log(e / w + noise[k] / total) if w else MASKED
            for e, w in zip(noise, weights, strict=True)
        ]
        result[k] = -log(noise[k]) + log(total)
        return result

    @property
    def middle(self) -> list[Any]:
        """theta_D = log((pi + D) / 2)."""
        return [log(q) if q else MASKED for q in (self.pi + self.one_hot) / 2]


def _signed(x: int) -> int:
    """A word of 32 bits as int32; a right shift then copies the sign."""
    x &= WORD
    return x - (WORD + 1 if x >> 31 else 0)


def _first(x: int) -> int:
    return (_signed(x) ^ _signed(x) >> 16) * 0x7FEB352D & WORD


def _second(x: int) -> int:
    return (_signed(x) ^ _signed(x) >> 15) * 0x846CA68B & WORD


def lowbias32(x: int) -> int:
    """The finaliser of https://github.com/skeeto/hash-prospector, but for the copied signs."""
    x = _second(_first(x))
    return (_signed(x) ^ _signed(x) >> 16) & WORD


def reinmax(at: Point) -> matrix:
    """W = 2 J((pi_tau + D) / 2) - J(pi) / 2."""
    return 2 * jacobian((at.pi_tau + at.one_hot) / 2) - jacobian(at.pi) / 2


def straight_through(at: Point) -> matrix:
    """W = J(pi_tau) / tau."""
    return jacobian(at.pi_tau) / mpf(at.tau)


def zgr(at: Point) -> matrix:
    """W = [J(pi) + (D - pi)(D - pi)^T] / 2."""
    difference = at.one_hot - at.pi
    return (jacobian(at.pi) + difference * difference.T) / 2


def gumbel_rao(at: Point) -> matrix:
    """The mean of J(softmax((theta + G) / tau)) / tau."""
    number = int(at.settings["num_samples"])
    return sum((jacobian(at.relaxed(m)) for m in range(number)), zero(at)) / (number * mpf(at.tau))


def gumbel_softmax(at: Point) -> matrix:
    """W = J(softmax((theta + G) / tau)) / tau."""
    return jacobian(at.relaxed(0)) / mpf(at.tau)


def gapped_straight_through(at: Point) -> matrix:
    """W = J(softmax((theta + m1 - m2) / tau)) / tau."""
    open_logits = [mpf(x) for x in at.logits if x != MASKED]
    top, gap = max(open_logits), mpf(at.settings["gap"])
    moved = [x if x == MASKED else mpf(x) - max(0, mpf(x) + gap - top) for x in at.logits]
    moved[at.sample] = top
    return jacobian(softmax(moved, at.tau)) / mpf(at.tau)


def reinmax_rao(at: Point) -> matrix:
    """W = 2 mean J(softmax((theta_D + G) / tau)) / tau - J(pi) / 2."""
    return 2 * _rao_at_middle(at, range(int(at.settings["num_samples"]))) - jacobian(at.pi) / 2


def reinmax_cv(at: Point) -> matrix:
    """W = ReinMax at 1 + eta (R - S); S has the first noise, and moves theta + G to theta_D + G."""
    count = int(at.settings["num_samples"])
    rao = _rao_at_middle(at, range(1, count + 1))
    moved = [
        x if x == MASKED else x - mpf(theta) + middle
        for x, theta, middle in zip(at.perturbed(0, at.logits), at.logits, at.middle, strict=True)
    ]
    single = jacobian(softmax(moved, at.tau)) / mpf(at.tau)
    return zgr(at) + mpf(at.settings["eta"]) * (rao - single)


def _rao_at_middle(at: Point, numbers: range) -> matrix:
    total = sum((jacobian(at.relaxed(m, at.middle)) for m in numbers), zero(at))
    return total / (len(numbers) * mpf(at.tau))


def minimum_variance(at: Point) -> matrix:
    """W g = (e_i - pi) g_i / 2 + J(pi) G^+ b / 2, masked categories left out."""
    size, i = len(at.logits), at.sample
    live = [k for k in range(size) if at.pi[k]]
    pi = [at.pi[k] for k in live]
    place, count = live.index(i), len(live)
    laplacian, right = matrix(count, count), matrix(count, count)  # both over pi_j, row by row
    for j in range(count):
        for k in range(count):
            if j != k:
                laplacian[j, k] = -pi[k] / (pi[j] + pi[k])
        laplacian[j, j] = -sum(laplacian[j, k] for k in range(count) if j != k)
        if j != place:
            right[j, j] = 1 / (pi[place] + pi[j])
            right[place, j] = -pi[j] * right[j, j] / pi[place]
    ground = pi.index(max(pi))  # where the potential is 0: J ignores constants
    for k in range(count):
        laplacian[ground, k], right[ground, k] = int(k == ground), 0
    small = jacobian(matrix(pi)) * (laplacian**-1 * right) / 2
    for j in range(count):
        small[j, place] += (int(j == place) - pi[j]) / 2
    weight = zero(at)
    for j in range(count):
        for k in range(count):
            weight[live[j], live[k]] = small[j, k]
    return weight


def zero(at: Point) -> matrix:
    """The K x K zeros."""
    return matrix(len(at.logits), len(at.logits))


MATRICES: dict[str, Callable[[Point], matrix]] = {
    "reinmax": reinmax,
    "straight_through": straight_through,
    "zgr": zgr,
    "minimum_variance": minimum_variance,
    "decoupled_straight_through": straight_through,
    "gapped_straight_through": gapped_straight_through,
    "gumbel_softmax": gumbel_softmax,
    "gumbel_rao": gumbel_rao,
    "reinmax_rao": reinmax_rao,
    "reinmax_cv": reinmax_cv,
}
