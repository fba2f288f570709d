"""The distribution of a draw against float64: exactly for this package, by counting for others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp

from benchmarks.common.rounding import rounded
from tests.oracles.dense import softmax
from tests.oracles.induced import induced

from . import peers

SIZES = (2, 10, 32, 1000, 50257, 131072)
DRAWS = 10**7
LIKELY = 1e-6
HALF = {"torch": "bfloat16", "jax": "bfloat16", "tf": "bfloat16", "numpy": "float16"}


def flat(size: int) -> np.ndarray:
    """All categories are equal."""
    return np.zeros(size)


def peaked(size: int) -> np.ndarray:
    """One category has e^12 times the probability of another."""
    return np.where(np.arange(size) == size // 3, 12.0, 0.0)


def zipf(size: int) -> np.ndarray:
    """Probabilities in proportion to 1 / rank, in random order."""
    return -np.log1p(np.random.default_rng(size).permutation(size))


def masked(size: int) -> np.ndarray:
    """Normal logits, half of them masked."""
    generator = np.random.default_rng(size)
    keep = generator.random(size) < 0.5
    keep[size // 2] = True
    return np.where(keep, 3.0 * generator.standard_normal(size), -np.inf)


KINDS = {each.__name__: each for each in (flat, peaked, zipf, masked)}


@dataclass(frozen=True)
class Distance:
    """How far a sampler is from softmax(logits).

    ``variation`` is the total variation and ``relative`` the worst relative error of a category of
    more than 1e-6. Both are exact if ``draws`` is 0. Otherwise they are of counted frequencies;
    ``by_chance`` is the total variation that exact sampling would show on average with as many
    draws, and ``deviations`` the greatest distance of a count from its mean in standard deviations.
    """

    sampler: str
    kind: str
    size: int
    dtype: str
    draws: int
    variation: float
    relative: float
    impossible: float
    by_chance: float
    deviations: float


def measure(framework: str, driver: Any) -> Iterator[Distance]:
    """The package's draw and the framework's own samplers, row by row."""
    for size in SIZES:
        for kind, row in KINDS.items():
            for dtype in ("float32", HALF[framework]):
                logits = rounded(row(size), dtype)
                place = kind, size, dtype
                yield _exact(driver, *place, logits)
                if dtype == "float32":
                    for name, (sampler, costly) in peers.samplers(framework).items():
                        draws = min(DRAWS, peers.ELEMENTS // size) if costly else DRAWS
                        yield _counted(name, *place, logits, draws, sampler)


def _exact(driver: Any, kind: str, size: int, dtype: str, logits: np.ndarray) -> Distance:
    """Half dtypes are widened to float32 before the softmax, so the float32 row is drawn."""
    given = driver.asarray(logits, "float32")[None]
    index = driver.asarray(np.zeros(1), "int64")
    bound = driver.package.reinmax
    sample = driver.value("eager", lambda x, i: bound(x, sample=i), [given, index])
    probabilities = driver.to_numpy(sample.y_soft)[0]
    q, p = induced(probabilities).probabilities(size), softmax(logits)
    likely = p > LIKELY
    relative = (np.abs(q - p)[likely] / p[likely]).max()
    variation, impossible = np.abs(q - p).sum() / 2, q[p == 0].sum()
    return Distance(
        f"reinmax_multi.{driver.name}",
        kind,
        size,
        dtype,
        0,
        *map(float, (variation, relative, impossible)),
        0.0,
        0.0,
    )


def _counted(
    name: str,
    kind: str,
    size: int,
    dtype: str,
    logits: np.ndarray,
    draws: int,
    sampler: peers.Sampler,
) -> Distance:
    p = softmax(logits)
    counts = sampler(logits.astype(np.float32), draws)
    mean = draws * p
    likely, possible = p > LIKELY, p > 0
    spread = np.sqrt(mean * (1 - p))[possible]
    numbers = (
        np.abs(counts - mean).sum() / 2 / draws,
        (np.abs(counts - mean)[likely] / mean[likely]).max(),
        counts[~possible].sum() / draws,
        sum(map(_mean_deviation, mean[possible], p[possible])) / 2 / draws,
        (np.abs(counts - mean)[possible] / np.maximum(spread, 1.0)).max(),
    )
    return Distance(name, kind, size, dtype, draws, *map(float, numbers))


def _mean_deviation(mean: float, probability: float) -> float:
    """E |X - mean| of a count: normal where it is large, Poisson (de Moivre) where it is not."""
    if mean > 50:
        return np.sqrt(2 * mean * (1 - probability) / np.pi)
    least = int(mean)
    return float(2 * mp.exp(-mean) * mp.mpf(mean) ** (least + 1) / mp.factorial(least))
