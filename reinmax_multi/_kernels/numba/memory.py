"""Rows at an address, of any floating dtype, as numbers of the working dtype.

The kernels take addresses and not arrays: of a small call, a good part is spent on wrapping each
tensor in an array and each array in Numba's. NumPy has no bfloat16, and Numba does not compute in
float16, so both are int16 here, with a ``kind`` that tells which, and are widened and narrowed by
their bits.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.extending import intrinsic, overload

from .floats import EXACT, Number, bits32, f4, float32_of, i4

Array: TypeAlias = Any

WIDE, HALF, BFLOAT = 0, 1, 2
"""The kinds: float32 and float64, float16, bfloat16."""


@intrinsic
def _pointer(context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


@njit
def rows_at(address: int, count: int, size: int, like: Array) -> Array:
    """The array (count, size) at an address, in the dtype of ``like``."""
    return carray(_pointer(address), (count, size), like.dtype)


@njit
def indices_at(address: int, count: int) -> Array:
    """The array (count,) of int64 at an address."""
    return carray(_pointer(address), count, np.int64)


def widened(x: Number, kind: int) -> Number:
    """A number from memory in the working dtype."""


@overload(widened, strict=False, jit_options=EXACT)
def _widened(x: Any, kind: Any) -> Any:
    return _widened16 if x is types.int16 else lambda x, kind: x


def _widened16(x: Number, kind: int) -> Number:
    if kind == BFLOAT:
        return float32_of(i4(x) << i4(16))
    magnitude = (i4(x) & i4(0x7FFF)) << i4(13)
    special = i4(0x70000000) if magnitude >= i4(0x0F800000) else i4(0)  # infinity and NaN
    number = float32_of(magnitude | special) * f4(2.0**112)
    return float32_of(bits32(number) | ((i4(x) & i4(0x8000)) << i4(16)))


def narrowed(x: Number, kind: int, like: Array) -> Number:
    """A number of the working dtype as memory holds it, rounded to the nearest, ties to even."""


@overload(narrowed, strict=False, jit_options=EXACT)
def _narrowed(x: Any, kind: Any, like: Any) -> Any:
    return _narrowed16 if like.dtype is types.int16 else lambda x, kind, like: x


def _narrowed16(x: Number, kind: int, like: Array) -> Number:
    word = bits32(x)
    magnitude = word & i4(0x7FFFFFFF)
    is_nan = magnitude > i4(0x7F800000)
    if kind == BFLOAT:
        even = (word >> i4(16)) & i4(1)
        upper = (word + i4(0x7FFF) + even) >> i4(16)
        return np.int16(i4(0x7FC0) if is_nan else upper)
    even = (magnitude >> i4(13)) & i4(1)
    normal = (magnitude - i4(0x38000000) + i4(0xFFF) + even) >> i4(13)
    tiny = bits32(float32_of(magnitude) + f4(0.5)) - i4(0x3F000000)  # 0.5 has units of 2^-24
    half = tiny if magnitude < i4(0x38800000) else normal
    half = i4(0x7C00) if magnitude >= i4(0x47800000) else half
    half = i4(0x7E00) if is_nan else half
    return np.int16(half | ((word >> i4(16)) & i4(0x8000)))
