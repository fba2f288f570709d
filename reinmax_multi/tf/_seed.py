"""What ``seed=`` may be, as a pair of whole numbers that every mode of TensorFlow draws alike from.

An int n is the pair (n, 0), as in Keras. Eager TensorFlow 2.21 and XLA draw different numbers from
the same seed if a part of it is negative or at least 2**32, as half of those that
``tf.random.experimental.stateless_split`` makes are. So each part is folded into 32 bits, which
leaves the parts that have no more as they are.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import tensorflow as tf

LOW_BITS = 0xFFFFFFFF
FOLD = 0x9E3779B1
"""2**32 over the golden ratio; odd, so that seeds with the same lower 32 bits stay different."""


def pair_of(seed: Any) -> tf.Tensor:
    """The checked seed, (2,) int64 in 0 .. 2**32 - 1; a generator moves on."""
    if isinstance(seed, tf.random.Generator):
        seed = seed.make_seeds()[:, 0]
    elif _is_keras_generator(seed):
        seed = tf.convert_to_tensor(seed.next())
    elif _is_int(seed):
        seed = (seed, 0)
    elif isinstance(seed, np.ndarray) and seed.dtype.kind in "iu":
        seed = tf.convert_to_tensor(seed)
    if isinstance(seed, (tf.Tensor, tf.Variable)):
        return _folded(_checked(seed))
    if not (isinstance(seed, (tuple, list)) and len(seed) == 2 and all(map(_is_part, seed))):
        raise ValueError(
            "seed must be an int or a pair of ints of 64 bits, as (0, 42), a tf.random.Generator, "
            f"or None, got {seed!r}"
        )
    return _folded(tf.stack([tf.cast(part, tf.int64) for part in seed]))


def another(seed: tf.Tensor) -> tf.Tensor:
    """A second seed from the first."""
    return tf.bitwise.bitwise_xor(seed, tf.constant([0x6A09E667, 0x3C6EF372], seed.dtype))


def _checked(seed: tf.Tensor) -> tf.Tensor:
    if not seed.dtype.is_integer:
        raise TypeError(f"seed must have an integer dtype, got {seed.dtype.name}: cast it to int32")
    if not seed.shape.is_compatible_with((2,)):
        raise ValueError(f"seed must have the shape (2,), got {seed.shape}: pass a pair of ints")
    return tf.cast(seed, tf.int64)


def _folded(seed: tf.Tensor) -> tf.Tensor:
    high = tf.bitwise.bitwise_and(tf.bitwise.right_shift(seed, 32), LOW_BITS) * FOLD
    return tf.bitwise.bitwise_and(tf.bitwise.bitwise_xor(seed, high), LOW_BITS)


def _is_int(value: Any) -> bool:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.timedelta64))
    return whole and -(2**63) <= int(value) < 2**63


def _is_part(part: Any) -> bool:
    if isinstance(part, tf.Tensor):
        return bool(part.dtype.is_integer and part.shape.rank == 0)
    return _is_int(part)


def _is_keras_generator(seed: Any) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(seed, keras.random.SeedGenerator)
