"""What models ask of the logits themselves: the likeliest category, a mixture with the uniform."""

from __future__ import annotations

import math

from .algebra import log_softmax, softmax, working_dtype
from .namespace import Array, Namespace, native


def mode(xp: Namespace, logits: Array, categories: Array) -> Array:
    """(..., 1): the first of the largest logits; 0 in a row that holds NaN."""
    _, last = native(xp).ends(categories)
    peak = xp.max(logits, axis=-1, keepdims=True)
    # minus the largest of the negatives, for the standard names that the core uses have no ``min``
    first = -xp.max(-xp.where(logits == peak, categories, last), axis=-1, keepdims=True)
    # the maximum itself may have lost a NaN on the way
    is_nan = xp.max(xp.astype(logits != logits, xp.int32), axis=-1, keepdims=True)
    return xp.where(is_nan == 0, first, xp.zeros_like(first))


def unimix(xp: Namespace, logits: Array, share: float) -> Array:
    """log((1 - share) pi + share u), u uniform on the categories that are not masked.

    The framework differentiates it, so no step may have the derivative 0 / 0 or 0 * inf, not even
    where the result does not depend on it. Computed in the working dtype, returned in that of the
    logits.
    """
    wide = xp.astype(logits, working_dtype(xp, logits.dtype), copy=False)
    if share == 0:
        return xp.astype(log_softmax(xp, wide), logits.dtype, copy=False)
    masked = wide == -math.inf
    zero = xp.zeros_like(wide)
    count = xp.sum(xp.where(masked, zero, zero + 1.0), axis=-1, keepdims=True)
    masked = masked & (count > 0)  # a row of masks alone has no distribution, and is NaN
    mixed = (1.0 - share) * softmax(xp, wide) + share / xp.where(count > 0, count, count + 1.0)
    logs = xp.log(xp.where(masked, zero + 1.0, mixed))
    logs = xp.where(masked, xp.full_like(zero, -math.inf), logs)
    return xp.astype(logs, logits.dtype, copy=False)
