"""Whole numbers out of 2**30: the noise, the cells of a category, and their exact product."""

from __future__ import annotations

from typing import Any

GRID = 2**30
LIMB = 2**15


def cells(xp: Any, shares: Any) -> Any:
    """The number of grid cells of each share, int32."""
    return xp.astype(xp.round(shares * GRID), xp.int32)


def scale(xp: Any, noise: Any, total: Any) -> Any:
    """floor(noise * total / GRID), exactly."""
    if noise.dtype == xp.int64:
        return xp.astype(noise * xp.astype(total, xp.int64) // GRID, xp.int32)
    return _scale_by_limbs(noise, total)


def _scale_by_limbs(noise: Any, total: Any) -> Any:
    """The same in 32 bits, as JAX has them by default: a schoolbook product of 15-bit limbs."""
    high, low = noise // LIMB, noise % LIMB
    top, rest = total // LIMB, total % LIMB
    return high * top + (high * rest + low * top + low * rest // LIMB) // LIMB
