"""What both models share: sizes, initial weights, and what is asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .batches import Batch
from .language import CLASSES, VOCABULARY
from .tree import Weights

ADAM_EPSILON = 1e-8
LARGEST_GRADIENT = 1.0
"""In the norm of all weights; longer gradients are shortened to it."""
FORGET_BIAS = 1.0


@dataclass(frozen=True)
class Settings:
    """Of one model and its optimiser, RAdam."""

    estimator: str
    tau: float
    seed: int
    hidden: int
    learning_rate: float


class Parser(Protocol):
    """A model with its optimiser; its random numbers depend on the seed and the step only."""

    estimator: Any
    """``y_hard, y_soft`` of logits and tau, and of the framework's ``generator=`` or ``key=``."""

    def __init__(self, weights: Weights, settings: Settings) -> None:
        """``weights`` are NumPy arrays."""

    def train(self, batch: Batch, step: int) -> float:
        """Take one step of RAdam with sampled trees; the cross-entropy before it."""

    def evaluate(self, batch: Batch) -> np.ndarray:
        """The values (N,) read from the greedy trees."""

    def state(self) -> list[np.ndarray]:
        """Weights and what the optimiser keeps."""

    def restore(self, state: Sequence[np.ndarray]) -> None:
        """Go on from what ``state`` returned, bit for bit."""


def initial_weights(size: int, seed: int) -> Weights:
    """Float32, the same numbers for every framework.

    Orthogonal for the composition; a small query, so that all trees are about as probable at first.
    """
    generator = np.random.default_rng(seed)

    def normal(*shape: int) -> np.ndarray:
        return generator.normal(0, shape[0] ** -0.5, shape)

    orthogonal, _ = np.linalg.qr(generator.normal(size=(5 * size, 2 * size)))
    merge_bias = np.zeros(5 * size)
    merge_bias[size : 3 * size] = FORGET_BIAS
    weights: Any = Weights(
        embedding=generator.normal(size=(len(VOCABULARY), size)),
        leaf_kernel=normal(size, 2 * size),
        leaf_bias=np.zeros(2 * size),
        merge_kernel=orthogonal.T,
        merge_bias=merge_bias,
        query=generator.normal(0, 0.01, size),
        hidden_kernel=normal(size, size) * 2**0.5,
        hidden_bias=np.zeros(size),
        value_kernel=normal(size, CLASSES),
        value_bias=np.zeros(CLASSES),
    )
    return Weights(*(each.astype(np.float32) for each in weights))
