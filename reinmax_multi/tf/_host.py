"""What TensorFlow contributes to the preparation of a call."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from .._call import arguments
from .._call.prepare import SAMPLE_STREAM, Noise, new_shape
from .._core.algebra import working_dtype
from .._core.estimator import Estimator
from .._core.grid import GRID
from . import _namespace as xp
from ._numerics import checks_numerics, without_certainty, without_infinities
from ._seed import another, pair_of


class Host:
    """See :class:`reinmax_multi._call.prepare.Host`."""

    axis = "axis"
    source = "seed"

    def is_array(self, value: Any) -> bool:
        return isinstance(value, (tf.Tensor, tf.Variable))

    def check(self, argument: str, value: Any, rows: tf.Tensor | None = None) -> None:
        _refuse_tensorflow_1()
        if not isinstance(value, (tf.Tensor, tf.Variable, np.ndarray)):
            raise TypeError(
                f"{argument} must be a tf.Tensor, got {type(value).__name__}: wrap it in "
                "tf.convert_to_tensor"
            )
        arguments.check_unmasked(argument, isinstance(value, np.ma.MaskedArray))
        if tf.TensorShape(value.shape).rank is None:
            raise ValueError(
                f"{argument} must have a known rank, got a tensor without one: set it with "
                "tf.ensure_shape"
            )

    def asarray(self, logits: Any) -> tf.Tensor:
        return tf.convert_to_tensor(logits)

    def rows(self, logits: tf.Tensor, axis: int | None) -> tf.Tensor:
        if axis is None:
            return (without_certainty(logits) if checks_numerics() else logits)[..., None]
        if checks_numerics():
            logits = without_infinities(logits, axis)
        return self.moveaxis(logits, axis, -1)

    def placed(self, rows: tf.Tensor, axis: int | None) -> tf.Tensor:
        return tf.squeeze(rows, -1) if axis is None else self.moveaxis(rows, -1, axis)

    def temperature(self, tau: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        return tf.stop_gradient(tf.cast(tau, working_dtype(xp, rows.dtype)))

    def noise(self, estimator: Estimator | None, source: Any, rows: tf.Tensor) -> Noise:
        seed = None if source is None else pair_of(source)

        def draw(count: int, stream: int) -> tf.Tensor:
            shape = tf.concat([tf.shape(rows)[:-1], [count]], 0)
            if seed is None:
                noise = tf.random.uniform(shape, 0, GRID, tf.int64)
            else:
                of_stream = seed if stream == SAMPLE_STREAM else another(seed)
                noise = tf.random.stateless_uniform(shape, of_stream, 0, GRID, tf.int64)
            return tf.ensure_shape(noise, [*rows.shape[:-1], count])

        return draw

    def shape(self, array: tf.Tensor) -> tuple[int | None, ...]:
        return tuple(array.shape)

    def dtype(self, array: tf.Tensor) -> str:
        name: str = array.dtype.name
        return name

    def reshape(self, array: tf.Tensor, sizes: tuple[int, ...], merged: int, at: int) -> tf.Tensor:
        actual, known = tf.shape(array), tuple(array.shape)
        kept = actual[merged:] if at == 0 else actual[: len(known) - merged]
        parts = [sizes, kept] if at == 0 else [kept, sizes]
        shape = tf.concat([tf.cast(part, tf.int32) for part in parts], 0)
        reshaped = tf.reshape(array, shape)
        reshaped.set_shape(new_shape(known, sizes, merged, at))
        return reshaped

    def moveaxis(self, array: tf.Tensor, source: int, destination: int) -> tf.Tensor:
        return xp.moveaxis(array, source, destination)

    def index(self, sample: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        return tf.cast(sample, tf.int64)[..., None]


HOST = Host()


def _refuse_tensorflow_1() -> None:
    """In a graph of TensorFlow 1 ``==`` compares tensors by identity, so a sample would have no
    category; the shapes of version 1 hold objects instead of ints.
    """
    equality = tf.compat.v1.executing_eagerly_outside_functions() and tf.Tensor._USE_EQUALITY
    if not equality or not isinstance(tf.TensorShape([1])[0], int):
        raise NotImplementedError(
            "logits must be a tensor of TensorFlow 2, got the behaviour of TensorFlow 1, in which "
            "== compares tensors by identity: call it eagerly or in a tf.function, without "
            "tf.compat.v1 graphs and without disable_tensor_equality or disable_v2_tensorshape"
        )
