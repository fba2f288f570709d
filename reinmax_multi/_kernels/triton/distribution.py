"""The weights of softmax and their places: what both passes make of logits."""

from __future__ import annotations

from typing import Any

import triton
import triton.language as tl

from .arithmetic import Tensor, exponential, tempered


@triton.jit
def weights(
    theta: Tensor, peak: Tensor, tau: Tensor, TEMPERED: tl.constexpr, CAP: tl.constexpr
) -> Tensor:
    """What softmax(theta / tau) divides by its sum, for the largest logit of the row or of what was
    seen of it; 0 for -inf.
    """
    if TEMPERED:
        found = tempered(theta, peak, tau, CAP)
    else:
        found = exponential(theta - _shift(peak), 0.0)
    return tl.where(theta == -float("inf"), 0.0, found)


@triton.jit
def rescaled(
    total: Tensor, peak: Tensor, top: Tensor, tau: Tensor, TEMPERED: tl.constexpr
) -> Tensor:
    """A sum of weights for ``peak`` as one for ``top``, which is no smaller."""
    if TEMPERED:
        factor = tempered(peak, top, tau, 0.0)
    else:
        factor = exponential(_shift(peak) - _shift(top), 0.0)
    return total * tl.where(peak == -float("inf"), 0.0, factor)


@triton.jit
def _shift(peak: Tensor) -> Tensor:
    """As in :func:`..._core.algebra.unnormalised`."""
    if peak.dtype == tl.float64:
        safe = tl.minimum(peak, 640.0)
    else:
        safe = tl.minimum(peak, 64.0)
    return tl.floor(peak - tl.maximum(safe, 0.0))


@triton.jit
def draw(shares: Tensor, noise: Tensor, columns: Tensor, last: Tensor) -> Tensor:
    """The first category of each row, (R, B), whose running count of cells exceeds the noise.

    Of ``columns`` up to ``last``, (R, 1). NaN has no cells.
    """
    scaled = tl.where(shares == shares, shares, 0.0) * 1073741824.0
    if shares.dtype == tl.float64:
        whole = scaled + 4503599627370496.0 - 4503599627370496.0
    else:
        whole = tl.where(scaled < 8388608.0, scaled + 8388608.0 - 8388608.0, scaled)
    cells = whole.to(tl.int32)
    ends = tl.cumsum(cells, axis=1)
    total = tl.sum(cells, axis=1, keep_dims=True)
    target = ((noise * total.to(tl.int64)) >> 30).to(tl.int32)
    return tl.sum(((ends <= target) & (columns < last)).to(tl.int32), axis=1, keep_dims=True)


@triton.jit
def temperature_of(tau: Any, IS_TENSOR: tl.constexpr) -> Tensor:
    """A float64 from the address of a 0-d tensor, or from its bits, for Triton takes a number of
    Python as a float32. It may be no temperature, and is NaN then.
    """
    if IS_TENSOR:
        number = tl.load(tau).to(tl.float64)
    else:
        number = tau.to(tl.int64).to(tl.float64, bitcast=True)
    return tl.where(number > 0, number, float("nan"))
