"""The logits, noise and cotangents that every back end is given, from fixed seeds of NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinmax_multi import estimators
from reinmax_multi._core.draw import stages
from reinmax_multi._core.grid import GRID

TAUS = (1.0, 1.5)
MASKED_SHARE = 0.1


@dataclass(frozen=True)
class Inputs:
    """One batch of rows, with the categories last."""

    name: str
    dtype: str
    logits: np.ndarray
    noise: np.ndarray
    words: np.ndarray
    hard_cotangent: np.ndarray
    soft_cotangent: np.ndarray


def _inputs(dtype: str, rows: int, size: int) -> Inputs:
    generator = np.random.default_rng([rows, size])
    logits, g, h = generator.standard_normal((3, rows, size))
    logits = np.where(generator.random((rows, size)) < MASKED_SHARE, -np.inf, 2 * logits)
    logits[:, 0] = 0.0  # no row is masked throughout
    noise = generator.integers(GRID, size=(rows, stages(size)), dtype=np.int32)
    words = generator.integers(GRID, size=(rows, 2), dtype=np.int32)
    exact = [array.astype(dtype) for array in (logits, g, h)]
    return Inputs(f"{dtype}-{size}", dtype, exact[0], noise, words, *exact[1:])


SHAPES = ((300, 2), (300, 7), (100, 64), (100, 65), (50, 1000))
CASES = {
    inputs.name: inputs
    for dtype in ("float16", "float32", "float64")
    for inputs in (_inputs(dtype, rows, size) for rows, size in SHAPES)
}


def comparable(inputs: Inputs) -> list[tuple[str, float]]:
    """The estimators that take as many categories, each with its temperatures."""
    size, pairs = inputs.logits.shape[-1], []
    for name in estimators.__all__:
        record = getattr(estimators, name)
        if record.greatest_size is None or size <= record.greatest_size:
            pairs += [(name, tau) for tau in TAUS if tau <= record.greatest_tau]
    return pairs
