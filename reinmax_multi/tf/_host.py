"""What TensorFlow contributes to the preparation of a call."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from .._call import arguments
from .._call.prepare import SAMPLE_STREAM, Noise
from .._core.algebra import working_dtype
from .._core.estimator import Estimator
from .._core.grid import GRID
from . import _namespace as xp


class Host:
    """See :class:`reinmax_multi._call.prepare.Host`."""

    axis = "axis"
    source = "seed"

    def check(self, argument: str, value: Any, rows: tf.Tensor | None = None) -> None:
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

    def tau(self, tau: Any, rows: tf.Tensor) -> tf.Tensor | None:
        if not isinstance(tau, (tf.Tensor, tf.Variable)):
            return None
        if not tau.dtype.is_floating:
            return tau  # whose dtype is refused
        return tf.stop_gradient(tf.cast(tau, working_dtype(xp, rows.dtype)))

    def noise(self, estimator: Estimator, source: Any, rows: tf.Tensor) -> Noise:
        seed = None if source is None else _checked_seed(source)

        def draw(count: int, stream: int) -> tf.Tensor:
            shape = tf.concat([tf.shape(rows)[:-1], [count]], 0)
            if seed is None:
                noise = tf.random.uniform(shape, 0, GRID, tf.int64)
            else:
                of_stream = seed if stream == SAMPLE_STREAM else _another(seed)
                noise = tf.random.stateless_uniform(shape, of_stream, 0, GRID, tf.int64)
            return tf.ensure_shape(noise, [*rows.shape[:-1], count])

        return draw

    def shape(self, array: tf.Tensor) -> tuple[int | None, ...]:
        return tuple(array.shape)

    def dtype(self, array: tf.Tensor) -> str:
        name: str = array.dtype.name
        return name

    def moveaxis(self, array: tf.Tensor, source: int, destination: int) -> tf.Tensor:
        return xp.moveaxis(array, source, destination)

    def index(self, sample: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        return tf.cast(sample, tf.int64)[..., None]


def _checked_seed(seed: Any) -> tf.Tensor:
    if not isinstance(seed, (tf.Tensor, tf.Variable)):
        pair = isinstance(seed, (tuple, list)) and len(seed) == 2
        if not pair or not all(_is_seed(part) for part in seed):
            raise ValueError(
                f"seed must be a pair of ints of 64 bits, as (0, 42), or None, got {seed!r}"
            )
        return tf.stack([tf.cast(part, tf.int64) for part in seed])
    if not seed.dtype.is_integer:
        raise TypeError(f"seed must have an integer dtype, got {seed.dtype.name}: cast it to int32")
    if not seed.shape.is_compatible_with((2,)):
        raise ValueError(f"seed must have the shape (2,), got {seed.shape}: pass a pair of ints")
    return seed if seed.dtype in (tf.int32, tf.int64) else tf.cast(seed, tf.int64)


def _is_seed(part: Any) -> bool:
    if isinstance(part, tf.Tensor):
        return bool(part.dtype.is_integer and part.shape.rank == 0)
    if isinstance(part, bool) or not isinstance(part, (int, np.integer)):
        return False
    return -(2**63) <= int(part) < 2**63


def _another(seed: tf.Tensor) -> tf.Tensor:
    """A second seed from the first. Of a negative one, as ``stateless_fold_in`` may give it, XLA
    draws other numbers than eager TensorFlow, so the sign is left alone.
    """
    return tf.bitwise.bitwise_xor(seed, tf.constant([0x6A09E667, 0x3C6EF372], seed.dtype))
