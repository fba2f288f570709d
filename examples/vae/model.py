"""The model, written once, and the published settings.

The encoder pixels-512-256 gives the logits of L categoricals of K classes, the decoder mirrors it
and gives the logits of Bernoulli pixels, with ReLUs between. With q the encoder's distribution of
the code z and a uniform prior, the loss of an image x is

    -ELBO = E_q[-log p(x | z)] + KL(q || uniform),    KL = sum_l sum_k q_lk log q_lk + L log K,

in nats. KL is in closed form; the first term is taken at one sampled code, through which the
estimator gives the gradient.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..training.trainer import Array, Ops, Optimiser, Sample, layer

HIDDEN = (512, 256)
BATCH = 100
ENCODER = slice(0, 6)
DECODER = slice(6, 12)


class Configuration(NamedTuple):
    """L categoricals of K classes, and ReinMax's settings for them: arXiv:2304.08612, appendix."""

    classes: int
    categoricals: int
    learning_rate: float
    tau: float
    optimiser: str

    @property
    def saturated(self) -> float:
        """L log K: the KL of a posterior without doubt."""
        return self.categoricals * math.log(self.classes)


CONFIGURATIONS = {
    "8x4": Configuration(8, 4, 5e-4, 1.3, "adam"),
    "4x24": Configuration(4, 24, 5e-4, 1.5, "radam"),
    "8x16": Configuration(8, 16, 7e-4, 1.5, "radam"),
    "16x12": Configuration(16, 12, 7e-4, 1.5, "radam"),
    "64x8": Configuration(64, 8, 5e-4, 1.5, "radam"),
    "10x30": Configuration(10, 30, 5e-4, 1.3, "radam"),
}


class VAE:
    """The loss and its parts; each method is a function of ops and the flat list of parameters."""

    def __init__(self, configuration: Configuration, pixels: int) -> None:
        self.configuration = configuration
        self.pixels = pixels
        self.code = configuration.categoricals * configuration.classes
        self.optimiser = Optimiser(configuration.optimiser, configuration.learning_rate)

    def initial(self, seed: int) -> list[np.ndarray]:
        """Kernels and biases, encoder first.

        As PyTorch draws them: with Glorot's kernels, up to twice as large, more posteriors saturate
        in the first steps (MNIST, 8x4, one epoch: 4 of 8 runs against 1 of 8).
        """
        generator = np.random.default_rng((seed, 0))
        parameters = []
        for sizes in ((self.pixels, *HIDDEN, self.code), (self.code, *HIDDEN[::-1], self.pixels)):
            for inputs, outputs in pairwise(sizes):
                parameters += layer(inputs, outputs, generator)
        return parameters

    def loss(self, ops: Ops, parameters: list[Array], sample: Sample, images: Array) -> Array:
        """The mean -ELBO of a batch."""
        logits = self.encode(ops, parameters, images)
        code, probabilities = sample(logits)
        misfit = self.misfit(ops, self.decode(ops, parameters, code), images)
        return ops.mean(misfit + self.divergence(ops, logits, probabilities))

    def encode(self, ops: Ops, parameters: list[Array], images: Array) -> Array:
        """Logits (B, L, K)."""
        logits = _perceptron(ops, parameters[ENCODER], images)
        return ops.reshape(
            logits, (-1, self.configuration.categoricals, self.configuration.classes)
        )

    def decode(self, ops: Ops, parameters: list[Array], code: Array) -> Array:
        """The logits of the pixels."""
        return _perceptron(ops, parameters[DECODER], ops.reshape(code, (-1, self.code)))

    def misfit(self, ops: Ops, pixels: Array, images: Array) -> Array:
        """-log p(x | z), (B,)."""
        return ops.sum(ops.binary_cross_entropy(pixels, images), -1)

    def divergence(self, ops: Ops, logits: Array, probabilities: Array) -> Array:
        """KL(q || uniform), (B,)."""
        negative_entropy = ops.sum(probabilities * ops.log_softmax(logits), (-2, -1))
        return negative_entropy + self.configuration.saturated


def _perceptron(ops: Ops, parameters: list[Array], inputs: Array) -> Array:
    *hidden, kernel, bias = parameters
    for index in range(0, len(hidden), 2):
        inputs = ops.relu(inputs @ hidden[index] + hidden[index + 1])
    return inputs @ kernel + bias
