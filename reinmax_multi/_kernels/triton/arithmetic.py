"""Exponentials in arithmetic that a GPU and Triton's interpreter do alike.

``tl.exp`` of a float32 is the hardware's power of two of an argument that was multiplied by 1 /
log(2) and rounded, which is off by 25 units at -50. So exp(x) = 2^n exp(r) with |r| <= log(2) / 2,
which is 0 where a number would be subnormal. ``/`` is an approximation as well. The kernels are
compiled without fused multiplications and additions (``enable_fp_fusion``), for the errors that are
computed here are those of products that were rounded.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import triton
import triton.language as tl

Tensor: TypeAlias = Any


@triton.jit
def divided(x: Tensor, y: Tensor) -> Tensor:
    """The quotient, rounded to the nearest."""
    if x.dtype == tl.float64:
        quotient = x / y
    else:
        quotient = tl.div_rn(x, y)
    return quotient


@triton.jit
def exponential(x: Tensor, rest: Tensor) -> Tensor:
    """exp(x + rest), for a rest that x + rest would lose; x is below 88, or 709 in float64."""
    n = tl.floor(x * 1.4426950408889634 + 0.5)
    if x.dtype == tl.float64:
        r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10 + rest
        is_normal = x >= -708.0
        exponent = tl.where(is_normal, n, 0.0).to(tl.int64) + 1023
        power = (exponent << 52).to(tl.float64, bitcast=True)
    else:
        r = x - n * 0.693359375 + n * 2.12194440054690583e-4 + rest
        is_normal = x >= -87.0
        exponent = tl.where(is_normal, n, 0.0).to(tl.int32) + 127
        power = (exponent << 23).to(tl.float32, bitcast=True)
    return tl.where(is_normal | (x != x), tl.exp(r) * power, 0.0)


@triton.jit
def tempered(theta: Tensor, peak: Tensor, tau: Tensor, CAP: tl.constexpr) -> Tensor:
    """exp(min(theta - peak, CAP) / tau) for theta <= peak, without the errors of the quotient.

    An error of half a unit in an exponent of -50 is one of 25 units in the probability. So the
    difference and the quotient are sums of two numbers each. ``tau`` is a float64.
    """
    high = tau.to(theta.dtype)
    low = (tau - high.to(tl.float64)).to(theta.dtype)
    inverse = 1.0 / high
    missing = 1.0 - high * inverse - _error_of_product(high, inverse) - low * inverse
    below = theta - peak
    back = below - theta
    lost = (theta - (below - back)) - (peak + back)
    lost = tl.where(below > CAP, 0.0, lost)
    below = tl.where(below > CAP, CAP, below)
    x = below * inverse
    rest = _error_of_product(below, inverse) + x * missing + lost * inverse
    return exponential(x, tl.where(rest - rest == 0, rest, 0.0))


@triton.jit
def _error_of_product(a: Tensor, b: Tensor) -> Tensor:
    """What rounding took from a product, a float: halves of the factors have exact products."""
    a_high, b_high = _upper_half(a), _upper_half(b)
    a_low, b_low = a - a_high, b - b_high
    return a_high * b_high - a * b + a_high * b_low + a_low * b_high + a_low * b_low


@triton.jit
def _upper_half(x: Tensor) -> Tensor:
    """The number with the lower half of its significand set to 0."""
    if x.dtype == tl.float64:
        half = (x.to(tl.int64, bitcast=True) & -134217728).to(tl.float64, bitcast=True)
    else:
        half = (x.to(tl.int32, bitcast=True) & -4096).to(tl.float32, bitcast=True)
    return half
