"""The rows that accuracy is measured on: one batch for each dtype and number of categories.

Every back end and the reference see the same numbers: they come from a fixed seed and are rounded
to the dtype before anything is computed with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.common.rounding import rounded

SIZES = (1, 2, 10, 100, 1000, 8192, 131072)
FEW_SIZES = (10, 131072)
TAUS = {"reinmax": (1.0, 1.5, 10.0, 100.0), "straight_through": (0.5, 1.0, 1.5, 10.0, 100.0)}
FEW_TAUS = {"reinmax": (1.0, 1.5), "straight_through": (0.5,)}
SCALES = (1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4)
TINY = {"float16": 2.0**-14, "bfloat16": 2.0**-126, "float32": 2.0**-126, "float64": 2.0**-1022}
DIGITS = {"float16": 10, "bfloat16": 7, "float32": 23, "float64": 52}

Rows = Callable[[np.random.Generator, tuple[int, int], str], np.ndarray]


@dataclass(frozen=True)
class Batch:
    """Rows of every kind, float64 numbers that the dtype holds; ``kinds`` names each row's."""

    dtype: str
    kinds: np.ndarray
    logits: np.ndarray
    index: np.ndarray
    g: np.ndarray
    h: np.ndarray


def _scaled(scale: float) -> Rows:
    return lambda generator, shape, dtype: scale * generator.standard_normal(shape)


def _certain(generator: np.random.Generator, shape: tuple[int, int], dtype: str) -> np.ndarray:
    """All but one category have 1e-30 together; the row has an offset of its own."""
    logits = -70.0 - np.log(shape[1]) - np.abs(generator.standard_normal(shape))
    rows = np.arange(shape[0])
    logits[rows, generator.integers(shape[1], size=shape[0])] = 0.0
    return logits + generator.standard_normal((shape[0], 1))


def _masked(generator: np.random.Generator, shape: tuple[int, int], dtype: str) -> np.ndarray:
    logits = 3.0 * generator.standard_normal(shape)
    keep = generator.random(shape) < 0.5
    keep[np.arange(shape[0]), generator.integers(shape[1], size=shape[0])] = True
    return np.where(keep, logits, -np.inf)


def _subnormal_probabilities(
    generator: np.random.Generator, shape: tuple[int, int], dtype: str
) -> np.ndarray:
    """All but one category have a probability below the smallest normal number of the dtype."""
    top = np.log(TINY[dtype])
    logits = generator.uniform(top - DIGITS[dtype] * np.log(2.0), top, shape)
    logits[np.arange(shape[0]), generator.integers(shape[1], size=shape[0])] = 0.0
    return logits


def _subnormal_logits(
    generator: np.random.Generator, shape: tuple[int, int], dtype: str
) -> np.ndarray:
    return TINY[dtype] * generator.uniform(-1.0, 1.0, shape)


KINDS: dict[str, Rows] = {
    **{f"scale {scale:g}": _scaled(scale) for scale in SCALES},
    "one certain to 1e-30": _certain,
    "half masked": _masked,
    "subnormal probabilities": _subnormal_probabilities,
    "subnormal logits": _subnormal_logits,
    "cotangents 100 + normal": _scaled(3.0),
}


def batch(dtype: str, size: int) -> Batch:
    """Rows of every kind; the sample is drawn in one half of them and uniform in the other."""
    generator = np.random.default_rng([size, DIGITS[dtype]])
    count = max(2, min(100, 4000 // size))
    shape = (count, size)
    logits, index, g, h = [], [], [], []
    for kind, rows in KINDS.items():
        values = rounded(rows(generator, shape, dtype), dtype)
        offset = 100.0 if kind.startswith("cotangents") else 0.0
        logits.append(values)
        index.append(_samples(generator, values))
        g.append(rounded(offset + generator.standard_normal(shape), dtype))
        h.append(rounded(offset + generator.standard_normal(shape), dtype))
    return Batch(dtype, np.repeat(list(KINDS), count), *map(np.concatenate, (logits, index, g, h)))


def _samples(generator: np.random.Generator, logits: np.ndarray) -> np.ndarray:
    gumbels = generator.gumbel(size=logits.shape)
    drawn = (logits + gumbels).argmax(-1)
    uniform = np.where(np.isfinite(logits), gumbels, -np.inf).argmax(-1)
    return np.where(np.arange(len(logits)) % 2, uniform, drawn)
