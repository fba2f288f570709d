"""Golden data: what every back end must reproduce, from dense matrices in 50 digits.

Nothing here is shared with the package: softmax is a quotient of mpmath exponentials, a Jacobian is
a full K x K matrix, a product is a matrix times a vector. float16 and bfloat16 hold every input
exactly (multiples of 1/8 with few bits), so that a half dtype is judged by its computation alone.

    python -m tests.golden.make_golden           writes golden.json
    python -m tests.golden.make_golden --check   exits with 1 if golden.json is not what it writes
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mpmath import diag, exp, matrix, mp, mpf

mp.dps = 50

PATH = Path(__file__).with_name("golden.json")
TEMPERATURES = {"reinmax": (1.0, 1.5, 4.0, 100.0), "straight_through": (0.5, 1.0, 1.5, 4.0, 100.0)}
MASKED = "-inf"

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


def reinmax(pi: matrix, pi_tau: matrix, one_hot: matrix, tau: float) -> matrix:
    """W = 2 J((pi_tau + D) / 2) - J(pi) / 2."""
    return 2 * jacobian((pi_tau + one_hot) / 2) - jacobian(pi) / 2


def straight_through(pi: matrix, pi_tau: matrix, one_hot: matrix, tau: float) -> matrix:
    """W = J(pi_tau) / tau."""
    return jacobian(pi_tau) / mpf(tau)


MATRICES: dict[str, Callable[[matrix, matrix, matrix, float], matrix]] = {
    "reinmax": reinmax,
    "straight_through": straight_through,
}


def solve(name: str, estimator: str, tau: float, rows: list[Row]) -> Case:
    """The case with the outputs that its rows must give."""
    y_soft, pullback_hard, pullback_soft = [], [], []
    for logits, sample, hard_cotangent, soft_cotangent in rows:
        pi, pi_tau = softmax(logits, 1.0), softmax(logits, tau)
        one_hot = matrix([int(k == sample) for k in range(len(logits))])
        weight = MATRICES[estimator](pi, pi_tau, one_hot, tau)
        y_soft.append(_floats(pi))
        pullback_hard.append(_floats(weight.T * matrix(hard_cotangent)))
        pullback_soft.append(_floats(jacobian(pi).T * matrix(soft_cotangent)))
    logits, sample, hard_cotangent, soft_cotangent = (
        list(part) for part in zip(*rows, strict=True)
    )
    return {
        "name": f"{name}-{estimator}-tau{tau:g}",
        "estimator": estimator,
        "tau": tau,
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
        for tau in (1.0, 1.5):
            seed = random.Random(f"{estimator} {tau} long")
            yield "eight", estimator, tau, _random_rows(seed, 8, range(8))
            yield "long", estimator, tau, _random_rows(seed, 33, [0, 32])
        yield "quadratic", estimator, 1.0, _quadratic_rows(random.Random("quadratic"), 4)
        yield "longest", estimator, 1.5, _random_rows(random.Random(f"{estimator} 130"), 130, [129])


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
            print(f"{PATH.name} differs: run python -m tests.golden.make_golden", file=sys.stderr)
            return 1
        return 0
    PATH.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
