"""What a diagnosis needs of TensorFlow: the losses and the gradients of given samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from ..diagnosis._evaluator import Words, check_losses
from ..diagnosis._joint import Categories, Numbers
from . import _namespace as xp

_EXAMPLE = """
    >>> import tensorflow as tf
    >>> from reinmax_multi.tf import diagnose, reinmax, straight_through
    >>> weights = tf.reshape(tf.range(6.0), (2, 3))
    >>> def loss(samples):
    ...     return tf.reduce_sum(samples * weights, (-1, -2)) ** 2
    >>> logits = tf.zeros_like(weights)
    >>> result = diagnose(loss, logits, [straight_through, reinmax], taus=[1.0])
    >>> result.reference
    'enumeration of 9 configurations'
    >>> [round(record["relative_bias"], 2) for record in result.records]
    [0.06, 0.0]
    """


class Evaluator:
    """See :class:`reinmax_multi.diagnosis._evaluator.Evaluator`."""

    words: ClassVar[Words] = Words(
        package=__package__,
        array="tf.Tensor",
        logits="tf.Tensor or tf.Variable",
        logits_annotation="tf.Tensor | tf.Variable",
        arrays="tensors",
        traced="It is traced by ``tf.function``, without AutoGraph.",
        example=_EXAMPLE,
    )
    xp: ClassVar[Any] = xp

    framework = f"TensorFlow {tf.__version__}"

    def __init__(
        self, loss: Callable[[tf.Tensor], tf.Tensor], logits: tf.Tensor | tf.Variable
    ) -> None:
        self._logits = tf.convert_to_tensor(logits)
        self.logits: Numbers = tf.cast(self._logits, tf.float64).numpy()

        def checked(hard: tf.Tensor) -> tf.Tensor:
            values = loss(hard)
            check_losses(values, isinstance(values, tf.Tensor), hard.shape[0])
            return values

        self._loss = checked
        self._compiled = tf.function(checked, autograph=False)

    def losses(self, categories: Categories) -> Numbers:
        size, dtype = self._logits.shape[-1], self._logits.dtype
        hard = tf.one_hot(self._categories(categories), size, dtype=dtype)
        return np.asarray(tf.cast(self._compiled(hard), tf.float64))

    def gradient(
        self, estimator: Callable[..., Any], options: Mapping[str, float]
    ) -> Callable[[int, int, Categories | None], Numbers]:
        estimator(self._logits, **options, seed=(0, 0))

        def compute(logits: tf.Tensor, seed: tf.Tensor, sample: tf.Tensor | None) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(logits)
                hard, _ = estimator(logits, **options, seed=seed, sample=sample)
                total = tf.reduce_sum(self._loss(hard))
            return tape.gradient(total, logits, unconnected_gradients="zero")

        compiled = tf.function(compute, autograph=False)

        def gradient(size: int, seed: int, categories: Categories | None) -> Numbers:
            logits = tf.broadcast_to(self._logits, (size, *self._logits.shape))
            sample = None if categories is None else self._categories(categories)
            result = compiled(logits, tf.constant((seed, 0)), sample)
            return np.asarray(tf.cast(result, tf.float64)).reshape(size, -1)

        return gradient

    def _categories(self, categories: Categories) -> tf.Tensor:
        return tf.constant(categories.reshape(len(categories), *self._logits.shape[:-1]))

    @staticmethod
    def is_array(logits: Any) -> bool:
        return isinstance(logits, (tf.Tensor, tf.Variable, np.ndarray))

    @staticmethod
    def asarray(values: Numbers) -> tf.Tensor:
        return tf.constant(values, tf.float32)
