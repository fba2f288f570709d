"""The array-API names that the core uses, on TensorFlow's own ops.

array-api-compat has no TensorFlow namespace yet (https://github.com/data-apis/array-api-compat/pull/441);
once it has one, this file can be deleted. The listed parameters mean what the 2024.12 standard
says, as far as the core needs it: arrays of one dtype, a floating one for ``exp``, ``round`` and
``sum``; one axis for ``moveaxis``; indices of ``take_along_axis`` from 0 on, in the shape of ``x``
but for ``axis``. The default integer dtype is int64. A dimension of a shape may be None, as the
standard allows for one that is not known yet: ``reshape`` then keeps the dimension that ``x`` has
at that position.

XLA on a CPU drops NaN in ``max``, ``maximum`` and ``minimum``
(https://github.com/tensorflow/tensorflow/issues/116992). The core takes the last two of integers,
and the first in softmax alone, where exp(NaN - max) is NaN whatever the max.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from .._core.grid import scale
from .._core.namespace import Array, Namespace, Native

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

LONGEST_MULTIPLIED = 1024
LONGEST_SUM = 2**14
SUM_BLOCK = 2**8


float32 = tf.float32
float64 = tf.float64
int32 = tf.int32
int64 = tf.int64

bitwise_right_shift = tf.bitwise.right_shift
exp = tf.exp
log = tf.math.log
maximum = tf.maximum
minimum = tf.minimum
round = tf.round
where = tf.where
zeros_like = tf.zeros_like


def astype(x: tf.Tensor, dtype: tf.DType, /, *, copy: bool = True) -> tf.Tensor:
    return tf.cast(x, dtype)


def clip(x: tf.Tensor, /, min: float, max: float) -> tf.Tensor:
    return tf.clip_by_value(x, min, max)


def concat(arrays: list[tf.Tensor], /, *, axis: int = 0) -> tf.Tensor:
    return tf.concat(arrays, axis)


def count_nonzero(x: tf.Tensor, /, *, axis: int | None = None, keepdims: bool = False) -> tf.Tensor:
    return tf.math.count_nonzero(x, axis, keepdims, dtype=tf.int64)


def cumulative_sum(x: tf.Tensor, /, *, axis: int, dtype: tf.DType) -> tf.Tensor:
    return tf.cumsum(tf.cast(x, dtype), axis)


def full_like(x: tf.Tensor, /, fill_value: float) -> tf.Tensor:
    return tf.fill(tf.shape(x), tf.constant(fill_value, x.dtype))


def max(x: tf.Tensor, /, *, axis: int | None = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_max(x, axis, keepdims)


def reshape(x: tf.Tensor, /, shape: tuple[int | None, ...]) -> tf.Tensor:
    if None in shape:
        actual = tf.shape(x)
        shape = tf.stack([actual[i] if n is None else n for i, n in enumerate(shape)])
    return tf.reshape(x, shape)


def sum(x: tf.Tensor, /, *, axis: int | None = None, keepdims: bool = False) -> tf.Tensor:
    """Long rows by blocks: at a million terms XLA loses 20 epsilons. The padding keeps it from
    making one sum of the two.
    """
    size = None if axis is None else x.shape[axis]
    if axis == -1 and size is not None and size > LONGEST_SUM:
        blocks = tf.reduce_sum(_in_blocks(_padded(x, -size % SUM_BLOCK), SUM_BLOCK), -1)
        x = _padded(blocks, 1)
    return tf.reduce_sum(x, axis, keepdims)


def _padded(x: tf.Tensor, count: int) -> tf.Tensor:
    return tf.pad(x, [[0, 0]] * (x.shape.rank - 1) + [[0, count]]) if count else x


def _in_blocks(x: tf.Tensor, width: int) -> tf.Tensor:
    *batch, size = x.shape
    return reshape(x, (*batch, size // width, width))


def take_along_axis(x: tf.Tensor, indices: tf.Tensor, /, *, axis: int) -> tf.Tensor:
    x, indices = moveaxis(x, axis, -1), moveaxis(indices, axis, -1)
    x = _for_samples(x, indices, 1)
    return moveaxis(tf.gather(x, indices, batch_dims=x.shape.rank - 1), -1, axis)


class linalg:
    """``tf.linalg.solve`` broadcasts nothing."""

    @staticmethod
    def solve(matrix: tf.Tensor, right: tf.Tensor, /) -> tf.Tensor:
        return tf.linalg.solve(_for_samples(matrix, right, 2), right)


def _for_samples(x: tf.Tensor, like: tf.Tensor, last: int) -> tf.Tensor:
    """``x`` in the shape of another array but for some last axes, if the other has several samples
    along the first axis and ``x`` has one.
    """
    if x.shape[0] != 1 or like.shape[0] == 1:
        return x
    return tf.broadcast_to(x, tf.concat([tf.shape(like)[:-last], tf.shape(x)[-last:]], 0))


def moveaxis(x: tf.Tensor, source: int, destination: int) -> tf.Tensor:
    order = list(range(x.shape.rank))
    axis = order.pop(source)
    order.insert(destination % x.shape.rank, axis)
    return x if order == sorted(order) else tf.transpose(x, order)


class _Native(Native):
    """What TensorFlow runs faster in kernels of its own, or XLA would fuse away."""

    transposes = True  # a ForwardAccumulator transposes the pullback

    def block_sums(self, xp: Namespace, weights: tf.Tensor, width: int) -> Array:
        """Whole blocks; ``tf.abs`` keeps XLA from making one sum of theirs and the total after
        them.
        """
        size = weights.shape[-1]
        if size is None or size % width:
            return super().block_sums(xp, weights, width)
        return tf.abs(tf.reduce_sum(_in_blocks(weights, width), -1))

    def rank(self, xp: Namespace, cells: tf.Tensor, noise: tf.Tensor) -> Array:
        """Running sums by a triangular matrix, exact for whole numbers in float64.

        ``tf.cumsum`` takes ten times as long on a CPU, and counting a mask twice as long as a sum.
        """
        size = cells.shape[-1]
        if size is None or size > LONGEST_MULTIPLIED:
            return super().rank(xp, cells, noise)
        upper = tf.linalg.band_part(tf.ones((size, size), tf.float64), 0, -1)
        ends = tf.tensordot(tf.cast(cells, tf.float64), upper, 1)
        total = tf.cast(ends[..., -1:], tf.int32)
        target = tf.cast(scale(xp, noise, total), tf.float64)
        below = tf.cast(ends[..., :-1] <= target, tf.float32)
        return tf.cast(tf.reduce_sum(below, -1, keepdims=True), tf.int64)

    def chunk(self) -> int:
        """Long steps, since each eager operation has a fixed cost."""
        return 2**20

    def accumulate(self, step: Callable[[Any], Array], count: int) -> Array:
        """In a graph by a loop, which holds one step."""
        if tf.executing_eagerly() or count == 1:
            return super().accumulate(lambda number: step(tf.constant(number)), count)
        return tf.while_loop(
            lambda number, _: number < count,
            lambda number, total: (number + 1, total + step(number)),
            (tf.constant(1), step(tf.constant(0))),
            parallel_iterations=1,
            maximum_iterations=count - 1,
        )[1]


native = _Native()
