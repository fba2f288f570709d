"""The array-API names that the core uses, for JAX: jax.numpy's, but for ``max`` and ``sum``.

XLA fuses elementwise operations up to a reduction. Over rows of a few categories a reduction is
slow and splits loops that could be one, so those are written term by term; running sums are slow
whatever their length. And JAX derives the reverse mode by transposing the forward mode, and unrolls
Python loops.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.export import is_symbolic_dim
from jax.numpy import (
    astype,
    bitwise_right_shift,
    clip,
    concat,
    count_nonzero,
    cumulative_sum,
    exp,
    float32,
    float64,
    full_like,
    int32,
    int64,
    linalg,
    log,
    maximum,
    minimum,
    moveaxis,
    reshape,
    round,
    take_along_axis,
    where,
    zeros_like,
)

from .._core import grid
from .._core.namespace import Array, Namespace, Native
from ._mesh import varying_as

__all__ = [
    "astype",
    "bitwise_right_shift",
    "clip",
    "concat",
    "count_nonzero",
    "cumulative_sum",
    "exp",
    "float32",
    "float64",
    "full_like",
    "int32",
    "int64",
    "linalg",
    "log",
    "max",
    "maximum",
    "minimum",
    "moveaxis",
    "reshape",
    "round",
    "sum",
    "take_along_axis",
    "where",
    "zeros_like",
]

LONGEST_UNROLLED_REDUCTION = 8
LONGEST_UNROLLED_RANK = 64


def max(x: jax.Array, /, *, axis: int, keepdims: bool) -> jax.Array:
    if x.shape[axis] <= LONGEST_UNROLLED_REDUCTION:
        return functools.reduce(jnp.maximum, jnp.split(x, x.shape[axis], axis))
    return jnp.max(x, axis=axis, keepdims=keepdims)


def sum(x: jax.Array, /, *, axis: int, keepdims: bool = False) -> jax.Array:
    if keepdims and x.shape[axis] <= LONGEST_UNROLLED_REDUCTION:
        return functools.reduce(jnp.add, jnp.split(x, x.shape[axis], axis))
    return jnp.sum(x, axis=axis, keepdims=keepdims)


class Steps(Native):
    """Steps that XLA would compile, or JAX transpose, to something slow."""

    transposes = True

    def add_at(
        self, xp: Namespace, x: jax.Array, index: jax.Array, categories: jax.Array, by: jax.Array
    ) -> jax.Array:
        """A scatter, whose transpose is a gather; that of a mask is a sum over the row. The rows
        are its batch: to a scatter that counts them, XLA gathers the rows of all devices.
        """
        *batch, last = range(x.ndim)
        dimensions = jax.lax.ScatterDimensionNumbers(
            update_window_dims=(last,),
            inserted_window_dims=(),
            scatter_dims_to_operand_dims=(last,),
            operand_batching_dims=tuple(batch),
            scatter_indices_batching_dims=tuple(batch),
        )
        mode = jax.lax.GatherScatterMode.PROMISE_IN_BOUNDS
        return jax.lax.scatter_add(x, index, by, dimensions, unique_indices=True, mode=mode)

    def block_sums(self, xp: Namespace, weights: jax.Array, width: int) -> Array:
        """On a CPU, by windows: XLA copies a slice of whole blocks, which takes longer than the
        sums.
        """
        if not _on_cpu():
            return super().block_sums(xp, weights, width)
        *batch, size = weights.shape
        ones, none = [1] * len(batch), [(0, 0)] * len(batch)
        window, padding = (*ones, width), (*none, (0, -size % width))
        return jax.lax.reduce_window(weights, 0.0, jax.lax.add, window, window, padding)

    def within(
        self,
        xp: Namespace,
        shares: jax.Array,
        block: jax.Array,
        width: int,
        noise: jax.Array,
        categories: jax.Array,
    ) -> Array:
        """Numbers of its own: where the categories are split over devices, a slice of theirs would
        have to be sent. JAX itself fills up the last block.
        """
        size, start = shares.shape[-1], width * block
        position = start + jnp.arange(width, dtype=block.dtype)
        inside = jnp.take_along_axis(shares, position, axis=-1, mode="fill", fill_value=0.0)
        inside = inside / jnp.sum(inside, axis=-1, keepdims=True)
        return jnp.minimum(start + self.rank(xp, grid.cells(xp, inside), noise), size - 1)

    def rank(self, xp: Namespace, cells: jax.Array, noise: jax.Array) -> Array:
        """Short rows term by term, in one fused loop; XLA's running sum takes 8 times as long."""
        if cells.shape[-1] > LONGEST_UNROLLED_RANK:
            return super().rank(xp, cells, noise)
        terms = jnp.split(cells, cells.shape[-1], -1)
        target = grid.scale(xp, noise, functools.reduce(jnp.add, terms))
        end = rank = jnp.zeros_like(target)
        for term in terms[:-1]:
            end += term
            rank += end <= target
        return rank

    def chunk(self) -> int:
        """On a CPU a step of one sample: of several XLA fuses the noise into their sum, a loop
        without vector instructions that takes five times as long.
        """
        return 2**13 if _on_cpu() else 2**18

    def at_once(self, shape: tuple[Any, ...]) -> int:
        """A symbolic dimension, as ``jax.export`` has, is one that is not known yet."""
        return super().at_once(tuple(None if is_symbolic_dim(n) else n for n in shape))

    def stacked(self, xp: Namespace, step: Callable[[Any], Array], count: int) -> Array:
        """By a loop, whose transpose is one that adds up."""
        return jax.lax.map(step, jnp.arange(count))

    def accumulate(self, step: Callable[[Any], Array], count: int) -> Array:
        """One traced step. Without the checkpoint, reverse mode would keep the weights of all
        steps: they do not depend on the cotangent, so they would be computed beforehand.
        """
        if count == 1:
            return step(0)

        @jax.checkpoint
        def body(total: jax.Array, number: jax.Array) -> tuple[jax.Array, None]:
            return total + step(number), None

        numbers = jnp.arange(count, dtype=int32)
        like = jax.eval_shape(step, numbers[0])
        zeros = varying_as(jnp.zeros(like.shape, like.dtype), like)
        return jax.lax.scan(body, zeros, numbers)[0]


def _on_cpu() -> bool:
    return jax.default_backend() == "cpu"


native = Steps()
