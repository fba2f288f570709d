"""Exponentials in arithmetic that LLVM turns into vector instructions.

A function of a library would be called number by number. So exp(x) = 2^n exp(r), with n the nearest
whole number to x / log(2), and exp(r) a Taylor polynomial, |r| <= log(2) / 2, without a branch. It
is off by at most 0.7 units of rounding in float32 and 0.61 in float64. It is 0 where a number would
be subnormal, as for a masked category (a processor takes some hundred cycles for one), and NaN for
NaN. Arguments are below 88 and 709.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload

Number: TypeAlias = Any
f4, f8, i4 = np.float32, np.float64, np.int32

PER_OCTAVE, OCTAVE = 1 / math.log(2), math.log(2)
HIGH32, LOW32 = 0.693359375, -2.12194440054690583e-4
HIGH64, LOW64 = 0.6931471803691238, 1.9082149292705877e-10
"""log(2) in two parts, the first so short that a whole number in reach times it is exact."""
TAYLOR32 = tuple(f4(1 / math.factorial(n)) for n in range(7, -1, -1))
TAYLOR64 = tuple(1 / math.factorial(n) for n in range(13, -1, -1))
LEAST32, LEAST64 = -87.0, -708.0
ROUND32, ROUND64 = 1.5 * 2.0**23, 1.5 * 2.0**52
"""Added to a number, they round it, and their sum has the whole number in its last bits."""
ROUND32_BITS, ROUND64_BITS = 0x4B400000, 0x4338000000000000
UPPER_HALF = -(2**27)

EXACT = {"fastmath": False, "error_model": "numpy", "forceinline": True}
CONTRACTED = {**EXACT, "fastmath": {"contract"}}
"""Said of each function, or it would take the liberties with rounding that its caller has."""


def _cast(source: Any, kind: Any, target: Any) -> Any:
    """A function that takes the bits of one type for those of another."""

    @intrinsic
    def cast(context: Any, x: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], kind)

        return target(source), generate

    return cast


bits32 = _cast(types.float32, ir.IntType(32), types.int32)
bits64 = _cast(types.float64, ir.IntType(64), types.int64)
float32_of = _cast(types.int32, ir.FloatType(), types.float32)
float64_of = _cast(types.int64, ir.DoubleType(), types.float64)


def ordered(x: Number) -> Number:
    """A whole number for each float, in the same order, by which a maximum is a vector instruction.

    NaN is above or below all numbers, as its sign is.
    """


@overload(ordered, strict=False, jit_options=EXACT)
def _ordered(x: Any) -> Any:
    if x is types.float32:
        return lambda x: _flipped32(bits32(x))
    return lambda x: _flipped64(bits64(x))


def number_of(n: Number) -> Number:
    """The float that :func:`ordered` made a whole number of."""


@overload(number_of, strict=False, jit_options=EXACT)
def _number_of(n: Any) -> Any:
    if n is types.int32:
        return lambda n: float32_of(_flipped32(n))
    return lambda n: float64_of(_flipped64(n))


@njit(**EXACT)
def _flipped32(n: Number) -> Number:
    return i4(n ^ ((n >> i4(31)) & i4(0x7FFFFFFF)))


@njit(**EXACT)
def _flipped64(n: Number) -> Number:
    return n ^ ((n >> 63) & 0x7FFFFFFFFFFFFFFF)


@njit(**CONTRACTED)
def _assemble32(x: Number, r: Number, n: Number) -> Number:
    """exp(x) = 2^n exp(r)."""
    p = TAYLOR32[0]
    for term in range(1, len(TAYLOR32)):
        p = p * r + TAYLOR32[term]
    return f4(0) if x < LEAST32 else p * float32_of((n + i4(127)) << i4(23))


@njit(**CONTRACTED)
def _assemble64(x: Number, r: Number, n: Number) -> Number:
    p = TAYLOR64[0]
    for term in range(1, len(TAYLOR64)):
        p = p * r + TAYLOR64[term]
    return 0.0 if x < LEAST64 else p * float64_of((n + 1023) << 52)


@njit(**CONTRACTED)
def _exponential32(x: Number) -> Number:
    rounded = x * f4(PER_OCTAVE) + f4(ROUND32)
    whole = rounded - f4(ROUND32)
    r = x - whole * f4(HIGH32) - whole * f4(LOW32)
    return _assemble32(x, r, i4(bits32(rounded) - i4(ROUND32_BITS)))


@njit(**CONTRACTED)
def _exponential64(x: Number, rest: Number) -> Number:
    """exp(x + rest) for a rest that x + rest would lose."""
    rounded = x * PER_OCTAVE + ROUND64
    whole = rounded - ROUND64
    r = x - whole * HIGH64 - whole * LOW64 + rest
    return _assemble64(x, r, bits64(rounded) - ROUND64_BITS)


def exponential(x: Number) -> Number:
    """exp(x), in the dtype of x."""


@overload(exponential, strict=False, jit_options=EXACT)
def _exponential(x: Any) -> Any:
    if x is types.float32:
        return lambda x: _exponential32(x)
    return lambda x: _exponential64(x, 0.0)


def tempered(theta: Number, peak: Number, cap: Number, tau: Number) -> Number:
    """exp(min(theta - peak, cap) / tau) for theta <= peak, without the errors of the quotient.

    An error of half a unit in an exponent of -50 is one of 25 units in the probability. For float32
    the exponent is a float64; for float64 it is the sum of two.
    """


@overload(tempered, strict=False, jit_options=EXACT)
def _tempered(theta: Any, peak: Any, cap: Any, tau: Any) -> Any:
    return _tempered32 if theta is types.float32 else _tempered64


def _tempered32(theta: Number, peak: Number, cap: Number, tau: Number) -> Number:
    below = f8(theta) - f8(peak)
    x = (cap if below > cap else below) * (1.0 / tau)
    rounded = x * PER_OCTAVE + ROUND64
    r = f4(x - (rounded - ROUND64) * OCTAVE)
    return _assemble32(x, r, i4(bits64(rounded) - ROUND64_BITS))


def _tempered64(theta: Number, peak: Number, cap: Number, tau: Number) -> Number:
    below = theta - peak
    back = below - theta
    lost = (theta - (below - back)) - (peak + back)
    lost = 0.0 if lost - lost != 0.0 else lost
    lost = 0.0 if below > cap else lost
    below = cap if below > cap else below
    inverse = 1.0 / tau
    x = below * inverse
    missing = (1.0 - tau * inverse) - _error_of_product(tau, inverse)
    rest = _error_of_product(below, inverse) + x * missing + lost * inverse
    rest = 0.0 if rest - rest != 0.0 else rest
    return _exponential64(x, rest)


@njit(**EXACT)
def _error_of_product(a: Number, b: Number) -> Number:
    """What rounding took from a product, a float: halves of the factors have exact products."""
    a_high = float64_of(bits64(a) & UPPER_HALF)
    b_high = float64_of(bits64(b) & UPPER_HALF)
    a_low, b_low = a - a_high, b - b_high
    return a_high * b_high - a * b + a_high * b_low + a_low * b_high + a_low * b_low
