"""Categories without a gradient, and logits with a share of the uniform distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from .._call import arguments
from .._call.prepare import prepare_draw, prepare_rows
from .._call.sampling import documented
from .._core import distribution
from .._core.gradient import categories_drawn
from . import _namespace as xp
from ._face import FACE
from ._host import HOST


@documented(
    FACE,
    """
>>> import tensorflow as tf
>>> from reinmax_multi.tf import draw
>>> draw(tf.zeros((4, 3)), sample_shape=(2,), seed=(0, 0)).shape
TensorShape([2, 4])
""",
)
def draw(
    logits: tf.Tensor | tf.Variable,
    *,
    sample_shape: Sequence[int] = (),
    axis: int = -1,
    seed: int | tuple[int, int] | tf.Tensor | tf.random.Generator | None = None,
) -> tf.Tensor:
    rows, noise, shape = prepare_draw(HOST, logits, sample_shape, axis, seed)
    index = categories_drawn(xp, tf.stop_gradient(rows), _categories(rows), noise)
    return HOST.reshape(index, shape, 1, 0)


@documented(
    FACE,
    """
>>> import tensorflow as tf
>>> from reinmax_multi.tf import mode
>>> mode(tf.constant([[0.0, 2.0, 2.0], [1.0, 0.0, -float("inf")]])).numpy()
array([1, 0])
""",
)
def mode(logits: tf.Tensor | tf.Variable, *, axis: int = -1) -> tf.Tensor:
    rows, _ = prepare_rows(HOST, logits, axis)
    return distribution.mode(xp, tf.stop_gradient(rows), _categories(rows))[..., 0]


@documented(
    FACE,
    """
>>> import tensorflow as tf
>>> from reinmax_multi.tf import unimix
>>> tf.exp(unimix(tf.constant([0.0, 100.0]), 0.01)).numpy().round(3)
array([0.005, 0.995], dtype=float32)
""",
)
def unimix(logits: tf.Tensor | tf.Variable, share: float, *, axis: int = -1) -> tf.Tensor:
    rows, axis = prepare_rows(HOST, logits, axis)
    mixed = distribution.unimix(xp, rows, arguments.check_share(share))
    return HOST.moveaxis(mixed, -1, axis)


def _categories(rows: tf.Tensor) -> Any:
    return tf.range(tf.shape(rows, tf.int64)[-1])
