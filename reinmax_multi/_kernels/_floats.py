"""Exponentials, and floats by their bits, in arithmetic that LLVM turns into vector instructions.

A function of a library would be called number by number. So the exponential is a Taylor polynomial
on |r| <= log(2) / 2 times a power of two, without a branch. It is off by at most 0.7 units of
rounding, is 0 below the subnormal numbers, as for a masked category, and NaN for NaN.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload

f4, i4 = np.float32, np.int32
LOG2_E, LN_2 = 1 / math.log(2), math.log(2)
LN_2_HIGH32, LN_2_HIGH64 = 0.693359375, math.floor(LN_2 * 2**32) / 2**32
LN_2_LOW32, LN_2_LOW64 = -2.12194440054690583e-4, 1.90821492927058770e-10
ROUNDING32, ROUNDING64 = 1.5 * 2.0**23, 1.5 * 2.0**52
A, B, C, D, E, F = (f4(1 / math.factorial(n)) for n in (7, 6, 5, 4, 3, 2))
T13, T12, T11, T10, T9, T8, T7, T6, T5, T4, T3, T2 = (
    1 / math.factorial(n) for n in range(13, 1, -1)
)
TAYLOR64 = tuple(1 / math.factorial(n) for n in range(13, -1, -1))


def _bitcast(source: Any, kind: Any, target: Any) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def cast(context: Any, x: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], kind)

        return target(source), generate

    return cast


float32_bits = _bitcast(types.float32, ir.IntType(32), types.int32)
float64_bits = _bitcast(types.float64, ir.IntType(64), types.int64)
float32_of = _bitcast(types.int32, ir.FloatType(), types.float32)
float64_of = _bitcast(types.int64, ir.DoubleType(), types.float64)


@njit(fastmath={"contract"})
def _scaled32(r, n):
    """2**n exp(r), in two factors, for 2**-150 is none."""
    p = A * r + B
    p = p * r + C
    p = p * r + D
    p = p * r + E
    p = p * r + F
    p = p * r + f4(1)
    p = p * r + f4(1)
    half = n >> i4(1)
    return p * float32_of((half + i4(127)) << i4(23)) * float32_of((n - half + i4(127)) << i4(23))


@njit(fastmath={"contract"})
def _scaled64(r, n):
    p = TAYLOR64[0]
    for k in range(1, 14):
        p = p * r + TAYLOR64[k]
    half = n >> 1
    return p * float64_of((half + 1023) << 52) * float64_of((n - half + 1023) << 52)


@njit(fastmath={"contract"})
def _exponential32(x):
    x = f4(-104) if x < f4(-104) else x
    shifted = x * f4(LOG2_E) + f4(ROUNDING32)
    whole = shifted - f4(ROUNDING32)
    r = x - whole * f4(LN_2_HIGH32)
    r = r - whole * f4(LN_2_LOW32)
    return _scaled32(r, i4(float32_bits(shifted) - i4(0x4B400000)))


@njit(fastmath={"contract"})
def _exponential64(x):
    x = -746.0 if x < -746.0 else x
    shifted = x * LOG2_E + ROUNDING64
    whole = shifted - ROUNDING64
    r = x - whole * LN_2_HIGH64
    r = r - whole * LN_2_LOW64
    return _scaled64(r, float64_bits(shifted) - 0x4338000000000000)
