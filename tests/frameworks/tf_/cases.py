"""For each name of the TensorFlow namespace: calls of it, and what NumPy answers to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import hypothesis.strategies as st
import numpy as np
import tensorflow as tf
from hypothesis import assume

from reinmax_multi.tf import _namespace as xp

from .strategies import (
    BOOL,
    FLOATING,
    INTEGER,
    LONGEST_SIDE,
    arrays,
    axes,
    broadcastable,
    every,
    floating,
    integer,
    mixed,
    numeric,
    quarters,
    reductions,
    resized,
    shapes,
    summands,
    values,
)


class Case(NamedTuple):
    """``call(f, *arguments)`` must give ``expected`` when f is what TensorFlow has by the name."""

    call: Callable[..., tf.Tensor]
    arguments: tuple[np.ndarray, ...]
    expected: np.ndarray
    rounded: bool = False  # the standard leaves the last digits free
    signed_zeros: bool = True  # it says which of the zeros the result is


positive = st.floats(2.0**-13, 1e4, width=16)

CASES: dict[str, st.SearchStrategy[Case]] = {}


def case(*names: str) -> Callable[[Callable[..., Case]], None]:
    """Registers a function that draws cases of these names."""

    def register(function: Callable[..., Case]) -> None:
        CASES.update({name: st.composite(function)(name) for name in names})

    return register


@case("exp")
def exp(draw: st.DrawFn, name: str) -> Case:
    dtype = draw(floating)
    limits = st.sampled_from([np.nan, np.inf, -np.inf, -0.0, 1e4, -1e4])
    x = draw(arrays(dtype, shapes(), limits | st.floats(-80, 80, width=16)))
    expected = np.exp(x.astype(np.longdouble)).astype(dtype)
    return Case(lambda f, x: f(x), (x,), expected, rounded=True)


@case("log")
def log(draw: st.DrawFn, name: str) -> Case:
    """Of positive numbers, as the core asks; XLA takes subnormal ones for 0."""
    dtype = draw(floating)
    x = draw(arrays(dtype, shapes(), st.sampled_from([np.nan, np.inf, 1.0]) | positive))
    expected = np.log(x.astype(np.longdouble)).astype(dtype)
    return Case(lambda f, x: f(x), (x,), expected, rounded=True)


@case("bitwise_right_shift")
def bitwise_right_shift(draw: st.DrawFn, name: str) -> Case:
    """By a Python number; the sign is copied."""
    dtype = draw(integer)
    x, bits = draw(arrays(dtype, shapes())), draw(st.integers(0, 31))
    return Case(lambda f, x: f(x, bits), (x,), x >> bits)


@case("linalg")
def linear_solve(draw: st.DrawFn, name: str) -> Case:
    """solve, for the kind of matrix that the core has: dominated by its diagonal."""
    dtype = draw(st.sampled_from([np.dtype("float32"), np.dtype("float64")]))
    *batch, size = draw(shapes(1))
    off = draw(arrays(dtype, (*batch, size, size), quarters)) / 100
    matrix = (off + (size + 1) * np.eye(size)).astype(dtype)
    right = np.ones((*batch, size, 1), dtype)
    expected = np.linalg.solve(matrix.astype(float), right.astype(float)).astype(dtype)
    return Case(lambda f, *pair: f.solve(*pair), (matrix, right), expected, rounded=True)


@case("round")
def half_to_even(draw: st.DrawFn, name: str) -> Case:
    x = draw(arrays(draw(floating), shapes()))
    return Case(lambda f, x: f(x), (x,), np.rint(x))


@case("clip")
def clipped(draw: st.DrawFn, name: str) -> Case:
    x = draw(arrays(draw(floating), shapes()))
    return Case(
        lambda f, x: f(x, -1.0, 2.0),
        (x,),
        np.asarray(np.clip(x, -1.0, 2.0), x.dtype),
        signed_zeros=False,
    )


@case("maximum", "minimum")
def extremum(draw: st.DrawFn, name: str) -> Case:
    dtype = draw(numeric)
    pair = tuple(draw(arrays(dtype, shape)) for shape in draw(broadcastable(2)))
    return Case(lambda f, x, y: f(x, y), pair, getattr(np, name)(*pair), signed_zeros=False)


@case("where")
def where(draw: st.DrawFn, name: str) -> Case:
    dtype = draw(every)
    pairs = zip((BOOL, dtype, dtype), draw(broadcastable(3)), strict=True)
    parts = tuple(draw(arrays(*pair)) for pair in pairs)
    return Case(lambda f, *parts: f(*parts), parts, np.where(*parts))


@case("float32", "float64", "int32", "int64")
def dtypes(draw: st.DrawFn, name: str) -> Case:
    x = draw(arrays(np.dtype("float16"), shapes(), quarters))
    return Case(lambda dtype, x: xp.astype(x, dtype), (x,), x.astype(name))


@case("astype")
def astype(draw: st.DrawFn, name: str) -> Case:
    """Any number between floating dtypes; else numbers that each dtype can truncate and hold."""
    source, target = draw(every), draw(every)
    # TensorFlow rounds float64 to 16 bits by way of float32, twice; the core never asks for it.
    twice = source.itemsize == 8 and target.itemsize == 2
    anything = source in FLOATING and target in FLOATING and not twice
    small = quarters if source in FLOATING else st.integers(-99, 99)
    x = draw(arrays(source, shapes(), None if anything or source == BOOL else small))
    dtype, copy = tf.as_dtype(target), draw(st.booleans())
    return Case(lambda f, x: f(x, dtype, copy=copy), (x,), x.astype(target))


@case("full_like")
def full_like(draw: st.DrawFn, name: str) -> Case:
    dtype = draw(every)
    x, fill = draw(arrays(dtype, shapes())), draw(values(dtype))
    # An eager TensorFlow caches the tensors of Python numbers, and -0.0 finds that of 0.0.
    return Case(lambda f, x: f(x, fill), (x,), np.full_like(x, fill), signed_zeros=False)


@case("zeros_like")
def zero_like(draw: st.DrawFn, name: str) -> Case:
    x = draw(arrays(draw(every), shapes()))
    return Case(lambda f, x: f(x), (x,), np.zeros_like(x))


@case("sum")
def total(draw: st.DrawFn, name: str) -> Case:
    dtype = draw(floating)
    x = draw(mixed(dtype, shapes(), summands))
    how = draw(reductions(x))
    expected = np.asarray(np.sum(x.astype(float), **how)).astype(dtype)
    return Case(lambda f, x: f(x, **how), (x,), expected, signed_zeros=False)


@case("cumulative_sum")
def cumulative_sum(draw: st.DrawFn, name: str) -> Case:
    """Integers of the whole range: they wrap around, as the counts of a row of NaN do."""
    target = draw(numeric)
    source = target if target in FLOATING else draw(st.sampled_from([BOOL, *INTEGER]))
    assume(source.itemsize <= target.itemsize)
    x = draw(mixed(source, shapes(1), summands))
    axis, dtype = draw(axes(x)), tf.as_dtype(target)
    wide = x.astype(float if target in FLOATING else target)
    expected = np.cumsum(wide, axis=axis).astype(target)
    return Case(lambda f, x: f(x, axis=axis, dtype=dtype), (x,), expected, signed_zeros=False)


@case("max")
def largest(draw: st.DrawFn, name: str) -> Case:
    x = draw(arrays(draw(numeric), shapes()))
    how = draw(reductions(x))
    assume(x.size if how["axis"] is None else x.shape[how["axis"]])
    expected = np.asarray(np.max(x, **how))
    return Case(lambda f, x: f(x, **how), (x,), expected, signed_zeros=False)


@case("count_nonzero")
def count_nonzero(draw: st.DrawFn, name: str) -> Case:
    dtype = draw(every)
    x = draw(arrays(dtype, shapes(), values(dtype) | st.sampled_from([0, 1])))
    how = draw(reductions(x))
    expected = np.asarray(np.sum(x != 0, dtype=np.int64, **how))
    return Case(lambda f, x: f(x, **how), (x,), expected)


@case("concat")
def concat(draw: st.DrawFn, name: str) -> Case:
    first = draw(arrays(draw(every), shapes(1)))
    axis = draw(axes(first))
    others = st.lists(resized(first, axis, st.integers(0, LONGEST_SIDE)), max_size=2)
    parts = (first, *(draw(arrays(first.dtype, shape)) for shape in draw(others)))
    return Case(lambda f, *parts: f(list(parts), axis=axis), parts, np.concatenate(parts, axis))


@case("reshape")
def reshape(draw: st.DrawFn, name: str) -> Case:
    """Leading dimensions stay, as numbers or as None; the rest becomes two, or one that is -1."""
    x = draw(arrays(draw(every), shapes()))
    kept = draw(st.integers(0, x.ndim))
    head, rest = x.shape[:kept], int(np.prod(x.shape[kept:], dtype=int))
    width = draw(st.sampled_from([n for n in range(1, rest + 1) if rest % n == 0] or [1]))
    tail = draw(st.sampled_from([(rest // width, width), (-1,) if x.size else (rest,)]))
    shape = (*(draw(st.sampled_from([size, None])) for size in head), *tail)
    return Case(lambda f, x: f(x, shape), (x,), x.reshape(*head, *tail))


@case("take_along_axis")
def take_along_axis(draw: st.DrawFn, name: str) -> Case:
    x = draw(arrays(draw(every), shapes(1)))
    axis = draw(axes(x))
    size = x.shape[axis]
    shape = resized(x, axis, st.integers(0, LONGEST_SIDE if size else 0))
    indices = draw(arrays(draw(integer), shape, st.integers(0, max(size - 1, 0))))
    taken = np.take_along_axis(x, indices, axis=axis)
    return Case(lambda f, x, indices: f(x, indices, axis=axis), (x, indices), taken)


@case("moveaxis")
def moveaxis(draw: st.DrawFn, name: str) -> Case:
    x = draw(arrays(draw(every), shapes(1)))
    source, destination = draw(axes(x)), draw(axes(x))
    moved = np.moveaxis(x, source, destination)
    return Case(lambda f, x: f(x, source, destination), (x,), moved)
