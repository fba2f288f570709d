"""Masked logits under ``tf.debugging.enable_check_numerics``, which refuses infinities.

It raises at every operation of which a result is not finite, and a masked logit, -inf, is one of
what first moves or casts it; ``tf.nn.softmax`` passes, for it is one operation. So while the check
is on, the logits are made finite before anything else is done with them. It costs ten operations,
and is left out while the check is off.
"""

from __future__ import annotations

import tensorflow as tf
from tensorflow.python.framework import op_callbacks

from .._core.algebra import working_dtype
from . import _namespace as xp

FAR = 2.0**100


def checks_numerics() -> bool:
    """Whether operations are watched; TensorFlow 2.21 has no public word for it."""
    return bool(op_callbacks.should_invoke_op_callbacks())


def without_infinities(logits: tf.Tensor, axis: int) -> tf.Tensor:
    """Finite numbers in place of -inf, in the working dtype, in rows that have a distribution.

    They lie so far below the largest logit of the row that their exponential is 0 at temperatures
    up to 1e28. A row without a distribution stays as it is, so that its gradient is NaN throughout.
    """
    finite = tf.math.is_finite(logits)
    masked = logits < logits.dtype.min  # a constant -inf in a graph is refused too
    has_distribution = tf.reduce_all(finite | masked, axis, keepdims=True) & tf.reduce_any(
        finite, axis, keepdims=True
    )
    masked &= has_distribution
    wide = working_dtype(xp, logits.dtype)
    largest = tf.cast(tf.reduce_max(logits, axis, keepdims=True), wide)
    safe = tf.cast(tf.where(masked, tf.zeros([], logits.dtype), logits), wide)
    return tf.where(masked, tf.stop_gradient(largest) - FAR, safe)


def without_certainty(logits: tf.Tensor) -> tf.Tensor:
    """Finite log-odds in place of infinite ones, in the working dtype."""
    above, below = logits > logits.dtype.max, logits < logits.dtype.min
    finite = tf.where(above | below, tf.zeros([], logits.dtype), logits)
    wide = working_dtype(xp, logits.dtype)
    far = FAR * (tf.cast(above, wide) - tf.cast(below, wide))
    return tf.cast(finite, wide) + far
