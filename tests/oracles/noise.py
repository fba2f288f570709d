"""The noise of the backward pass, from the hash as its description has it, in uint32 of NumPy.

Nothing here is shared with the package. A 32-bit word wraps around, and a shift brings in copies of
its highest bit.
"""

from __future__ import annotations

import numpy as np


def shifted(x: np.ndarray, by: int) -> np.ndarray:
    """The upper bits at the lower end, below copies of the highest bit."""
    ones = np.uint32(2**32 - 2 ** (32 - by))
    return x >> np.uint32(by) | np.where(x >> np.uint32(31), ones, np.uint32(0))


def _round(x: np.ndarray, by: int, factor: int) -> np.ndarray:
    return (x ^ shifted(x, by)) * np.uint32(factor)


def lowbias32(x: np.ndarray) -> np.ndarray:
    """The finaliser of https://github.com/skeeto/hash-prospector, but for the copies."""
    x = _round(_round(x, 16, 0x7FEB352D), 15, 0x846CA68B)
    return x ^ shifted(x, 16)


def exponential(words: np.ndarray, samples: int, size: int) -> np.ndarray:
    """(samples, ..., size) draws of Exp(1) for words (..., 2), in float64."""
    first, second = np.moveaxis(np.asarray(words).astype(np.uint32), -1, 0)[..., None]
    number = np.arange(samples, dtype=np.uint32).reshape(-1, *[1] * first.ndim)
    t = lowbias32(lowbias32(second) + number)
    x = lowbias32(first ^ t) + np.arange(size, dtype=np.uint32)
    x = _round(_round(x, 16, 0x7FEB352D) ^ t, 15, 0x846CA68B)
    whole = (x ^ np.uint32(2**31)) >> np.uint32(9)  # as signed words, in the order of their size
    return -np.log((whole + 0.5) / 2**23)
