"""Numbers that a dtype holds, as float64."""

from __future__ import annotations

import numpy as np


def rounded(values: np.ndarray, dtype: str) -> np.ndarray:
    """The nearest numbers of the dtype."""
    if dtype != "bfloat16":
        return values.astype(dtype).astype(np.float64)
    bits = values.astype(np.float32).view(np.uint32)
    bits = bits + (((bits >> 16) & 1) + 0x7FFF)
    return (bits & 0xFFFF0000).view(np.float32).astype(np.float64)
