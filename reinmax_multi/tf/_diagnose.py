"""What a diagnosis needs of TensorFlow: the losses and the gradients of given samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ..diagnosis import Diagnosis
from ..diagnosis._candidates import Estimators, family
from ..diagnosis._docstring import docstring
from ..diagnosis._evaluator import check_logits, check_losses
from ..diagnosis._joint import Categories, Numbers
from ..diagnosis._run import Progress, run
from . import _namespace as xp

__all__ = ["as_float32", "diagnose", "xp"]

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


class _Evaluator:
    """See :class:`reinmax_multi.diagnosis._evaluator.Evaluator`."""

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


def diagnose(
    loss: Callable[[tf.Tensor], tf.Tensor],
    logits: tf.Tensor | tf.Variable,
    estimators: Estimators | None = None,
    *,
    taus: Sequence[float] = (0.5, 1.0, 1.5),
    num_samples: int = 10_000,
    reference_samples: int = 100_000,
    max_configurations: int = 2**16,
    batch_size: int = 1024,
    seed: int = 0,
    progress: Progress | None = None,
) -> Diagnosis:
    check_logits(isinstance(logits, (tf.Tensor, tf.Variable, np.ndarray)), "a tf.Tensor", logits)
    return run(
        _Evaluator(loss, logits),
        family("tf") if estimators is None else estimators,
        taus=taus,
        num_samples=num_samples,
        reference_samples=reference_samples,
        max_configurations=max_configurations,
        batch_size=batch_size,
        seed=seed,
        progress=progress,
    )


diagnose.__doc__ = docstring(
    samples="tensors",
    losses="a tensor",
    logits="tf.Tensor or tf.Variable",
    traced="It is traced by ``tf.function``, without AutoGraph.",
    example=_EXAMPLE,
)


def as_float32(values: Numbers) -> tf.Tensor:
    """The constants of a built-in problem."""
    return tf.constant(values, tf.float32)
