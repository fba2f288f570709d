"""The inputs of the golden data.

float16 and bfloat16 hold each of them exactly (multiples of 1/8 with few bits), so that a half
dtype is judged by its computation alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ..dense_mp import MASKED, MATRICES

TAUS = (1.0, 1.5, 4.0, 100.0)
TEMPERATURES = dict.fromkeys(MATRICES, (0.5, *TAUS)) | {
    "reinmax": TAUS,
    "zgr": (1.0,),
    "minimum_variance": (1.0,),
}
LONGEST = {"minimum_variance": 65}
"""The size of the longest row, where an inverse in 50 digits takes long."""

Row = tuple[list[float | str], int, list[float], list[float]]
"""The logits, the sample and the cotangents of y_hard and y_soft."""


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
