"""Arrays of the dtypes that the namespace meets, with every special number that they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import ml_dtypes
import numpy as np

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FLOATING = [np.dtype("float16"), BFLOAT16, np.dtype("float32"), np.dtype("float64")]
INTEGER = [np.dtype("int32"), np.dtype("int64")]
BOOL = np.dtype("bool")

HIGHEST_RANK, LONGEST_SIDE = 3, 5
MOST_ENTRIES = LONGEST_SIDE**HIGHEST_RANK

floating, integer = st.sampled_from(FLOATING), st.sampled_from(INTEGER)
numeric = st.sampled_from([*FLOATING, *INTEGER])
every = st.sampled_from([*FLOATING, *INTEGER, BOOL])
quarters = st.integers(-99, 99).map(lambda n: n / 4)
sides = st.sampled_from([1, 1, 1, 0]).map(
    lambda least: {"max_dims": HIGHEST_RANK, "min_side": least, "max_side": LONGEST_SIDE}
)


def values(dtype: np.dtype) -> st.SearchStrategy[Any]:
    """The whole range; halves are frequent, for the sake of ``round``. No subnormal numbers."""
    if dtype not in FLOATING:
        return hnp.from_dtype(dtype)
    width = 32 if dtype == BFLOAT16 else 8 * dtype.itemsize
    return st.floats(width=width, allow_subnormal=False) | quarters.map(lambda x: 2 * x)


def summands(dtype: np.dtype) -> st.SearchStrategy[Any]:
    """Whole numbers so small that an array of them sums without rounding, in any order."""
    if dtype not in FLOATING:
        return values(dtype)
    largest = 2 ** (ml_dtypes.finfo(dtype).nmant + 1) // MOST_ENTRIES
    return st.integers(-largest, largest).map(float)


def specials(dtype: np.dtype) -> st.SearchStrategy[Any]:
    """The order of adding does not change what becomes of them either."""
    if dtype in FLOATING:
        return st.sampled_from([np.nan, np.inf, -np.inf, -0.0, 0.0])
    if dtype in INTEGER:
        return st.sampled_from([np.iinfo(dtype).min, np.iinfo(dtype).max])
    return st.booleans()


def arrays(
    dtype: np.dtype, shape: Any, elements: st.SearchStrategy[Any] | None = None
) -> st.SearchStrategy[np.ndarray]:
    """Of ``values`` and, every other time, ``specials``, unless the elements are given."""
    if elements is None:
        return mixed(dtype, shape, values)
    # Hypothesis knows no bfloat16: it is drawn as float32 and rounded.
    drawn = np.dtype("float32") if dtype == BFLOAT16 else dtype
    return hnp.arrays(drawn, shape, elements=elements).map(lambda x: x.astype(dtype))


def mixed(
    dtype: np.dtype, shape: Any, ordinary: Callable[[np.dtype], st.SearchStrategy[Any]]
) -> st.SearchStrategy[np.ndarray]:
    plain = ordinary(dtype)
    kinds = st.sampled_from([plain, plain | specials(dtype)])
    return kinds.flatmap(lambda elements: arrays(dtype, shape, elements))


def shapes(least_rank: int = 0) -> st.SearchStrategy[tuple[int, ...]]:
    return sides.flatmap(lambda limits: hnp.array_shapes(min_dims=least_rank, **limits))


def broadcastable(count: int) -> st.SearchStrategy[tuple[tuple[int, ...], ...]]:
    return sides.flatmap(
        lambda limits: hnp.mutually_broadcastable_shapes(num_shapes=count, **limits)
    ).map(lambda drawn: drawn.input_shapes)


def axes(x: np.ndarray) -> st.SearchStrategy[int]:
    """Counted from the front and from the end."""
    return st.integers(-x.ndim, x.ndim - 1)


def reductions(x: np.ndarray) -> st.SearchStrategy[dict[str, Any]]:
    axis = st.none() | axes(x) if x.ndim else st.none()
    return st.fixed_dictionaries({"axis": axis, "keepdims": st.booleans()})


def resized(
    x: np.ndarray, axis: int, sizes: st.SearchStrategy[int]
) -> st.SearchStrategy[tuple[int, ...]]:
    """The shape of ``x`` with another size along ``axis``."""
    axis %= x.ndim
    return sizes.map(lambda size: (*x.shape[:axis], size, *x.shape[axis + 1 :]))
