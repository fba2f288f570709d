"""Golden data: what every back end must reproduce, from dense matrices in 50 digits.

Nothing here is shared with the package: softmax is a quotient of mpmath exponentials, a Jacobian is
a full K x K matrix, a product is a matrix times a vector. float16 and bfloat16 hold every input
exactly (multiples of 1/8 with few bits), so that a half dtype is judged by its computation alone.

    python -m tests.oracles.golden.make_golden           writes golden.json
    python -m tests.oracles.golden.make_golden --check   exits with 1 if it would change the file
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mpmath import diag, exp, log, matrix, mp, mpf

mp.dps = 50

PATH = Path(__file__).with_name("golden.json")
ALL_TAUS = (1.0, 1.5, 4.0, 100.0)
ALL_TAUS = (1.0, 1.5, 4.0, 100.0)
TEMPERATURES = {
    "reinmax": ALL_TAUS,
    "straight_through": (0.5, *ALL_TAUS),
    "zgr": (1.0,),
    "minimum_variance": (1.0,),
    "decoupled_straight_through": (0.5, *ALL_TAUS),
    "gapped_straight_through": (0.5, *ALL_TAUS),
    "gumbel_softmax": (0.5, *ALL_TAUS),
    "gumbel_rao": (0.5, *ALL_TAUS),
    "reinmax_rao": (0.5, *ALL_TAUS),
    "reinmax_cv": (0.5, *ALL_TAUS),
}
SETTINGS: dict[str, dict[str, float]] = {
    "decoupled_straight_through": {"forward_tau": 2.0},
    "gapped_straight_through": {"gap": 0.7},
    "gumbel_rao": {"num_samples": 3},
    "reinmax_rao": {"num_samples": 3},
    "reinmax_cv": {"eta": 0.7, "num_samples": 2},
}
"""The hyper-parameters that the tests give: no difference of two logits is a gap of 0.7, and the
quotient by 2 is exact."""
LONGEST = {"minimum_variance": 65}
"""The size of the longest row, where an inverse in 50 digits takes long."""
RANDOM = {"gumbel_softmax", "gumbel_rao", "reinmax_rao", "reinmax_cv"}
MASKED = "-inf"
WORD = 2**32 - 1

Case = dict[str, Any]
Row = tuple[list[float | str], int, list[float], list[float]]
"""The logits, the sample and the cotangents of y_hard and y_soft."""


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
    ground = pi.index(max(pi))  # where the potential is 0: J is blind to constants
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


def solve(name: str, estimator: str, tau: float, rows: list[Row]) -> Case:
    """The case with the outputs that its rows must give."""
    settings, words = SETTINGS.get(estimator, {}), None
    forward_tau = settings.get("forward_tau", 1.0)
    if estimator in RANDOM:
        seed = random.Random(f"{name} {estimator} {tau} words")
        words = [[seed.randrange(2**30) for _ in range(2)] for _ in rows]
    y_soft, pullback_hard, pullback_soft = [], [], []
    for row, (logits, sample, hard_cotangent, soft_cotangent) in enumerate(rows):
        weight = MATRICES[estimator](
            Point(logits, sample, tau, settings, None if words is None else words[row])
        )
        pi = softmax(logits, forward_tau)
        y_soft.append(_floats(pi))
        pullback_hard.append(_floats(weight * matrix(hard_cotangent)))
        pullback_soft.append(_floats(jacobian(pi) * matrix(soft_cotangent) / mpf(forward_tau)))
    logits, sample, hard_cotangent, soft_cotangent = (
        list(part) for part in zip(*rows, strict=True)
    )
    return {
        "name": f"{name}-{estimator}-tau{tau:g}",
        "estimator": estimator,
        "tau": tau,
        "settings": settings,
        "words": words,
        "logits": logits,
        "sample": sample,
        "hard_cotangent": hard_cotangent,
        "soft_cotangent": soft_cotangent,
        "y_soft": y_soft,
        "pullback_hard": pullback_hard,
        "pullback_soft": pullback_soft,
    }


def inputs() -> Iterator[tuple[str, str, float, list[Row]]]:
    """Name, estimator, temperature and rows of every case."""
    for estimator, temperatures in TEMPERATURES.items():
        for tau in temperatures:
            seed = random.Random(f"{estimator} {tau}")
            yield "one", estimator, tau, _random_rows(seed, 1, [0])
            yield "two", estimator, tau, _random_rows(seed, 2, range(2))
            yield "three", estimator, tau, _random_rows(seed, 3, range(3))
            yield "hard", estimator, tau, _hard_rows(seed)
        for tau in temperatures if len(temperatures) == 1 else (1.0, 1.5):
            seed = random.Random(f"{estimator} {tau} long")
            yield "eight", estimator, tau, _random_rows(seed, 8, range(8))
            yield "long", estimator, tau, _random_rows(seed, 33, [0, 32])
        yield "quadratic", estimator, 1.0, _quadratic_rows(random.Random("quadratic"), 4)
        tau = min(1.5, max(temperatures))
        size = LONGEST.get(estimator, 130)
        rows = _random_rows(random.Random(f"{estimator} {size}"), size, [size - 1])
        yield "longest", estimator, tau, rows


def _random_rows(seed: random.Random, size: int, samples: Any) -> list[Row]:
    return [
        (_eighths(seed, size, 24), sample, _eighths(seed, size, 64), _eighths(seed, size, 64))
        for sample in samples
    ]


def _hard_rows(seed: random.Random) -> list[Row]:
    """Five categories each: masks, near-certain rows, extreme scales, a common offset."""
    free = _eighths(seed, 5, 16)
    rows: list[tuple[list[float | str], int]] = [
        ([MASKED, *free[1:]], 2),
        ([free[0], MASKED, MASKED, free[3], MASKED], 3),
        ([MASKED, MASKED, free[2], MASKED, MASKED], 2),
        ([0.0, 20.0, 0.5, -1.0, 0.25], 1),
        ([0.0, 20.0, 0.5, -1.0, 0.25], 4),
        ([-80.0, 80.0, 72.0, 0.0, 79.5], 2),
        ([-512.0, 512.0, 510.0, MASKED, 0.0], 1),
        ([1024.0 + 8 * k for k in (3, 0, 2, 1, 3)], 0),
    ]
    return [(logits, k, _eighths(seed, 5, 64), _eighths(seed, 5, 64)) for logits, k in rows]


def _quadratic_rows(seed: random.Random, size: int) -> list[Row]:
    """The cotangents A D + b of a loss D^T A D / 2 + b^T D, at every sample D of one row."""
    logits, offset = _eighths(seed, size, 16), _eighths(seed, size, 32)
    entries = [[seed.randint(-16, 16) / 8 for _ in range(i + 1)] for i in range(size)]
    symmetric = [[entries[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]
    return [
        (logits, i, [a + b for a, b in zip(symmetric[i], offset, strict=True)], offset)
        for i in range(size)
    ]


def _eighths(seed: random.Random, count: int, most: int) -> list[float]:
    return [seed.randint(-most, most) / 8 for _ in range(count)]


def _floats(column: matrix) -> list[float]:
    return [float(x) for x in column]


def render(cases: list[Case]) -> str:
    """JSON with one line an entry of a case."""
    blocks = (
        ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in case.items())
        for case in cases
    )
    return '{"cases": [\n {\n' + "\n },\n {\n".join(blocks) + "\n }\n]}\n"


def main(arguments: list[str]) -> int:
    text = render([solve(*case) for case in inputs()])
    if arguments == ["--check"]:
        if PATH.read_text(encoding="utf-8") != text:
            print(
                f"{PATH.name} differs: run python -m tests.oracles.golden.make_golden",
                file=sys.stderr,
            )
            return 1
        return 0
    PATH.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
