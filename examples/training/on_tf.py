"""A trainer in TensorFlow, with the optimisers of Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import tensorflow as tf

import reinmax_multi.tf

from .keras_radam import RAdam
from .trainer import EVALUATION, Loss, Ops, Optimiser

OPS = Ops(
    abs=tf.abs,
    broadcast_to=tf.broadcast_to,
    exp=tf.exp,
    mean=tf.reduce_mean,
    reshape=tf.reshape,
    relu=tf.nn.relu,
    sigmoid=tf.sigmoid,
    stop_gradient=tf.stop_gradient,
    sum=tf.reduce_sum,
    log_softmax=tf.nn.log_softmax,
    binary_cross_entropy=lambda logits, targets: tf.nn.sigmoid_cross_entropy_with_logits(
        labels=targets, logits=logits
    ),
)
OPTIMISERS = {"adam": tf.keras.optimizers.Adam, "radam": RAdam}


class Trainer:
    """See :class:`.trainer.Trainer`."""

    ops = OPS
    family = reinmax_multi.tf
    version = tf.__version__
    asarray = staticmethod(tf.convert_to_tensor)

    def __init__(
        self,
        loss: Loss,
        parameters: Sequence[np.ndarray],
        optimiser: Optimiser,
        estimator: str,
        tau: float,
        seed: int,
    ) -> None:
        self.parameters = [tf.Variable(array) for array in parameters]
        self._optimiser = OPTIMISERS[optimiser.name](
            optimiser.learning_rate, epsilon=optimiser.epsilon
        )
        self._optimiser.build(self.parameters)
        self._estimator = partial(getattr(reinmax_multi.tf, estimator), tau=tau)
        self._loss, self._seed = loss, seed
        self._step = tf.function(self._step, autograph=False)

    def step(self, number: int, *batch: np.ndarray) -> tf.Tensor:
        return self._step(tf.constant((self._seed, number)), *map(self.asarray, batch))

    def apply(self, function: Callable[..., tf.Tensor], *arrays: np.ndarray) -> np.ndarray:
        sample = partial(self._estimator, seed=(self._seed, EVALUATION))
        tensors = [self.asarray(array) for array in arrays]
        return np.asarray(function(OPS, self.parameters, sample, *tensors))

    def state(self) -> list[np.ndarray]:
        return [variable.numpy() for variable in self._variables()]

    def restore(self, state: Sequence[np.ndarray]) -> None:
        for variable, array in zip(self._variables(), state, strict=True):
            variable.assign(array)

    def _variables(self) -> list[tf.Variable]:
        return [*self.parameters, *self._optimiser.variables]

    def _step(self, seed: tf.Tensor, *batch: tf.Tensor) -> tf.Tensor:
        sample = partial(self._estimator, seed=seed)
        with tf.GradientTape() as tape:
            loss = self._loss(OPS, self.parameters, sample, *batch)
        gradients = tape.gradient(loss, self.parameters)
        self._optimiser.apply_gradients(zip(gradients, self.parameters, strict=True))
        return loss
