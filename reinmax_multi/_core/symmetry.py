"""Whether the matrix of a product is symmetric, tried on one small row in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import array_api_compat
import numpy as np

from .residuals import Residuals

LOGITS = (0.3, -0.8, 0.5)
SAMPLE = 1
WORDS = (123456789, 987654321)


def is_symmetric(product: Callable[..., Any], tau: float, settings: dict[str, float]) -> bool:
    """True also for a product that does not run in NumPy, which cannot be tried."""
    xp: Any = array_api_compat.array_namespace(np.zeros(0))
    logits = xp.asarray([LOGITS] * len(LOGITS))
    weights = xp.exp(logits)
    residuals = Residuals(
        logits=logits,
        soft=weights / xp.sum(weights, axis=-1, keepdims=True),
        index=xp.full((len(LOGITS), 1), SAMPLE),
        categories=xp.arange(len(LOGITS)),
        words=xp.asarray([WORDS] * len(LOGITS)),
    )
    try:
        matrix = product(xp, residuals, xp.eye(len(LOGITS)), tau, **settings)
    except Exception:
        return True
    return bool(xp.max(xp.abs(matrix - matrix.T)) <= 1e-6 * xp.max(xp.abs(matrix)))
