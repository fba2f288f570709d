"""The model in TensorFlow, with Keras layers."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

import reinmax_multi.tf

from . import model

VERSION = tf.__version__
IMAGES = tf.TensorSpec((None, model.PIXELS), tf.float32)
SEED = tf.TensorSpec((2,), tf.int32)


class CategoricalVAE:
    """See :class:`.model.CategoricalVAE`."""

    def __init__(self, weights: model.Weights, estimator: str, seed: int) -> None:
        self.encoder = _perceptron(weights[:2])
        self.decoder = _perceptron(weights[2:])
        self.variables = [*self.encoder.variables, *self.decoder.variables]
        self.estimator = getattr(reinmax_multi.tf, estimator)
        self.seed = seed
        self.steps = 0
        self.optimiser = tf.keras.optimizers.Adam(model.LEARNING_RATE, epsilon=model.ADAM_EPSILON)
        self.optimiser.build(self.variables)
        self._step = tf.function(self._step, input_signature=(IMAGES, SEED))
        self._evaluate = tf.function(self._evaluate, input_signature=(IMAGES, SEED))

    def train(self, images: np.ndarray) -> float:
        self.steps += 1
        return float(self._step(images, (self.seed, self.steps)))

    def evaluate(self, images: np.ndarray) -> float:
        return float(self._evaluate(images, (self.seed, 0)))

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        logits = self._encode(tf.convert_to_tensor(images))
        code, _ = self.estimator(logits, sample=tf.argmax(logits, -1))
        return tf.sigmoid(self._decode(code)).numpy()

    def _step(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = self._loss(images, seed)
        gradients = tape.gradient(loss, self.variables)
        self.optimiser.apply_gradients(zip(gradients, self.variables, strict=True))
        return loss

    def _evaluate(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return self._loss(tf.repeat(images, model.EVALUATION_DRAWS, 0), seed)

    def _loss(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        logits = self._encode(images)
        code, probabilities = self.estimator(logits, seed=seed)
        pixels = self._decode(code)
        misfit = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=pixels)
        negative_entropy = probabilities * tf.nn.log_softmax(logits)
        divergence = tf.reduce_sum(negative_entropy, (-1, -2)) + model.PRIOR_ENTROPY
        return tf.reduce_mean(tf.reduce_sum(misfit, -1) + divergence)

    def _encode(self, images: tf.Tensor) -> tf.Tensor:
        return tf.reshape(self.encoder(images), (-1, model.CATEGORICALS, model.CLASSES))

    def _decode(self, code: tf.Tensor) -> tf.Tensor:
        return self.decoder(tf.reshape(code, (-1, model.CODE)))


def _perceptron(weights: model.Weights) -> tf.keras.Sequential:
    (kernel, bias), (last_kernel, last_bias) = weights
    hidden = tf.keras.layers.Dense(kernel.shape[1], "relu")
    last = tf.keras.layers.Dense(last_kernel.shape[1])
    layers = tf.keras.Sequential([tf.keras.Input((kernel.shape[0],)), hidden, last])
    layers.set_weights([kernel, bias, last_kernel, last_bias])
    return layers
