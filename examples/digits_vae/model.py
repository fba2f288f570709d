"""What the three models share: sizes, initial weights, and what is asked of them.

The encoder 64-128-64 gives the logits of 8 categoricals of 8 classes, the decoder 64-128-64 mirrors
it and gives the logits of 64 Bernoulli pixels. Both have one hidden layer with a ReLU. With q the
encoder's distribution of the code z and a uniform prior, the loss of a digit x is

    -ELBO = E_q[-log p(x | z)] + KL(q || uniform),    KL = sum_l sum_k q_lk log q_lk + 8 log 8,

in nats. KL is in closed form. In training the first term is taken at one sampled code, through
which the estimator gives the gradient; on the held-out digits it is the mean over 20 codes a digit,
drawn with the same seed after each epoch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

import numpy as np

PIXELS = 64
HIDDEN = 128
CATEGORICALS = 8
CLASSES = 8
CODE = CATEGORICALS * CLASSES
PRIOR_ENTROPY = CATEGORICALS * math.log(CLASSES)
ENCODER = (PIXELS, HIDDEN, CODE)
DECODER = (CODE, HIDDEN, PIXELS)

LEARNING_RATE = 1e-3
ADAM_EPSILON = 1e-8  # the frameworks' defaults differ
EVALUATION_DRAWS = 20

Weights = list[tuple[np.ndarray, np.ndarray]]
"""Kernel (inputs, outputs) and bias (outputs,) of the encoder's two layers and the decoder's."""


class CategoricalVAE(Protocol):
    """A model and its optimiser, Adam; images are float32 NumPy arrays, one digit a row."""

    def __init__(self, weights: Weights, estimator: str, seed: int) -> None:
        """``estimator`` names a function of ``reinmax_multi.<framework>``; ``seed`` is its own."""

    def train(self, images: np.ndarray) -> float:
        """Take one step of Adam; the -ELBO of the batch before it."""

    def evaluate(self, images: np.ndarray) -> float:
        """The -ELBO, averaged over EVALUATION_DRAWS codes a digit; the same draws at each call."""

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """The mean of the decoder at the most probable code."""


def initial_weights(seed: int) -> Weights:
    """Glorot's uniform kernels and zero biases, the same numbers for every framework."""
    return list(_layers(np.random.default_rng(seed)))


def _layers(generator: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for sizes in (ENCODER, DECODER):
        for inputs, outputs in pairwise(sizes):
            bound = np.sqrt(6 / (inputs + outputs))
            kernel = generator.uniform(-bound, bound, (inputs, outputs))
            yield kernel.astype(np.float32), np.zeros(outputs, np.float32)
