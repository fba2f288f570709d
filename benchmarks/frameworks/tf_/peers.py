"""TensorFlow: straight-through by its native categorical kernel, and TensorFlow Probability."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import tensorflow as tf

import reinmax_multi.tf
from benchmarks.common.contract import (
    BERNOULLI,
    LOGISTIC,
    TWO_CATEGORIES,
    Function,
    Peers,
    Shape,
    Step,
)

SEED = 0


def straight_through(logits: tf.Tensor) -> tf.Tensor:
    soft = tf.nn.softmax(logits)
    index = tf.random.categorical(logits, 1)[:, 0]
    hard = tf.one_hot(index, logits.shape[-1], dtype=logits.dtype)
    return hard + (soft - tf.stop_gradient(soft))


def relaxed(logits: tf.Tensor) -> tf.Tensor:
    """The relaxed sample made hard; TensorFlow Probability does not install everywhere."""
    distributions = importlib.import_module("tensorflow_probability").distributions
    soft = distributions.RelaxedOneHotCategorical(1.0, logits=logits).sample()
    hard = tf.one_hot(tf.argmax(soft, -1), logits.shape[-1], dtype=logits.dtype)
    return hard + (soft - tf.stop_gradient(soft))


class TfPeers(Peers):
    """TensorFlow on the CPU."""

    framework = "tf"
    modules = ("tensorflow", "tensorflow-probability", "tf-keras")
    functions: ClassVar = {
        "straight-through, tf.random.categorical": straight_through,
        "tfp RelaxedOneHotCategorical, hard": relaxed,
    }

    def of_family(self, name: str, tau: float, settings: Mapping[str, float]) -> Function:
        estimator = getattr(reinmax_multi.tf, name)
        return lambda logits: estimator(logits, tau, **settings)[0]

    def repeated(self, function: Function, count: int) -> Function:
        return lambda logits: function(tf.broadcast_to(logits, (count, *logits.shape)))

    def binary(self, tau: float) -> dict[str, Function]:
        def two_categories(logits: tf.Tensor) -> tf.Tensor:
            pairs = tf.stack([tf.zeros_like(logits), logits], -1)
            return reinmax_multi.tf.reinmax(pairs, tau)[0][..., 1]

        def logistic(logits: tf.Tensor) -> tf.Tensor:
            uniform = tf.random.uniform(tf.shape(logits), 1e-7, 1.0, logits.dtype)
            soft = tf.sigmoid((logits + tf.math.log(uniform) - tf.math.log1p(-uniform)) / tau)
            hard = tf.cast(soft > 0.5, soft.dtype)
            return hard + (soft - tf.stop_gradient(soft))

        bernoulli = reinmax_multi.tf.bernoulli.reinmax
        return {
            BERNOULLI: lambda logits: bernoulli(logits, tau)[0],
            TWO_CATEGORIES: two_categories,
            LOGISTIC: logistic,
        }

    def identity(self) -> Function:
        return lambda logits: logits

    def arrays(self, shape: Shape, dtype: str) -> tuple[tf.Tensor, ...]:
        generator = tf.random.Generator.from_seed(SEED)
        return tuple(tf.cast(generator.normal(size), dtype) for size in (shape, shape[1:]))

    def gradient(self, function: Function) -> Function:
        """The gradient of the loss by the logits, as a function of the arrays."""

        def gradient(logits: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(logits)
                loss = tf.reduce_sum(tf.linalg.matvec(function(logits), weights) ** 2)
            return tape.gradient(loss, logits)

        return gradient

    def wrap(self, mode: str, function: Function) -> Function:
        """The function in a mode; AutoGraph is off, since none needs it."""
        # A tf.function of its own for each candidate is what TensorFlow warns of, and is meant.
        tf.get_logger().setLevel("ERROR")
        if mode == "eager":
            return function
        return tf.function(function, jit_compile=mode == "compiled", autograph=False)

    def step(self, mode: str, function: Function, shape: Shape, dtype: str) -> Step:
        arrays = self.arrays(shape, dtype)
        step = self.wrap(mode, self.gradient(function))
        return Step(lambda: step(*arrays))

    def copy(self, count: int) -> Callable[[], Any]:
        source = tf.ones(count)
        return lambda: tf.raw_ops.DeepCopy(x=source)
