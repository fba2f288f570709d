"""The model in JAX, with optax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import optax
from jax import Array

import reinmax_multi.jax

from . import model

VERSION = jax.__version__


class CategoricalVAE:
    """See :class:`.model.CategoricalVAE`."""

    def __init__(self, weights: model.Weights, estimator: str, seed: int) -> None:
        self.weights = jax.tree.map(jax.numpy.asarray, weights)
        optimiser = optax.adam(model.LEARNING_RATE, eps=model.ADAM_EPSILON)
        self.state = optimiser.init(self.weights)
        self.training_key, self.evaluation_key = jax.random.split(jax.random.key(seed))
        self.estimator = getattr(reinmax_multi.jax, estimator)
        loss = _loss(self.estimator)

        @jax.jit
        def step(weights: Any, state: Any, images: Array, key: Array) -> tuple[Any, Any, Array]:
            value, gradient = jax.value_and_grad(loss)(weights, images, key)
            updates, state = optimiser.update(gradient, state)
            return optax.apply_updates(weights, updates), state, value

        @jax.jit
        def evaluate(weights: Any, images: Array, key: Array) -> Array:
            keys = jax.random.split(key, model.EVALUATION_DRAWS)
            return jax.vmap(loss, (None, None, 0))(weights, images, keys).mean()

        self._step, self._evaluate = step, evaluate

    def train(self, images: np.ndarray) -> float:
        self.training_key, key = jax.random.split(self.training_key)
        self.weights, self.state, value = self._step(self.weights, self.state, images, key)
        return float(value)

    def evaluate(self, images: np.ndarray) -> float:
        return float(self._evaluate(self.weights, images, self.evaluation_key))

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        logits = _encode(self.weights, images)
        code, _ = self.estimator(logits, sample=logits.argmax(-1))
        return np.asarray(jax.nn.sigmoid(_decode(self.weights, code)))


def _loss(estimator: Callable[..., Any]) -> Callable[[Any, Array, Array], Array]:
    def loss(weights: Any, images: Array, key: Array) -> Array:
        logits = _encode(weights, images)
        code, probabilities = estimator(logits, key=key)
        pixels = _decode(weights, code)
        misfit = optax.sigmoid_binary_cross_entropy(pixels, images)
        negative_entropy = probabilities * jax.nn.log_softmax(logits)
        divergence = negative_entropy.sum((-1, -2)) + model.PRIOR_ENTROPY
        return (misfit.sum(-1) + divergence).mean()

    return loss


def _encode(weights: Any, images: Array) -> Array:
    logits = _perceptron(weights[:2], images)
    return logits.reshape(*logits.shape[:-1], model.CATEGORICALS, model.CLASSES)


def _decode(weights: Any, code: Array) -> Array:
    return _perceptron(weights[2:], code.reshape(*code.shape[:-2], model.CODE))


def _perceptron(weights: Any, inputs: Array) -> Array:
    (kernel, bias), (last_kernel, last_bias) = weights
    return jax.nn.relu(inputs @ kernel + bias) @ last_kernel + last_bias
