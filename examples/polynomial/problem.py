"""Minimise E sum_i |X_i - 0.45|^p / L over L = 128 independent binary categoricals.

X_i is 1 if category 1 is drawn from softmax(theta_i). With c = 0.45, the expected loss is lowest if
each X_i is 0 for certain. A gradient that uses the derivatives f'(0) and f'(1) of the loss alone,
as straight-through does at tau = 1, stands still where P(X_i = 1) f'(1) + P(X_i = 0) f'(0) = 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..training.trainer import Array, Ops, Sample

LATENTS = 128
BATCH = 64
TARGET = 0.45
STEPS = 200
"""In an epoch."""
SPREAD = 0.01


def initial_logits(seed: int) -> np.ndarray:
    """Uniform within SPREAD of 0; (LATENTS, 2) float32."""
    generator = np.random.default_rng((seed, 0))
    return generator.uniform(-SPREAD, SPREAD, (LATENTS, 2)).astype(np.float32)


def optimum(power: float) -> float:
    """The lowest expected loss."""
    return TARGET**power


def fixed_point(power: float) -> float:
    """P(X = 1) where the expected derivative of the loss is 0: where straight-through ends."""
    down, up = TARGET ** (power - 1), (1 - TARGET) ** (power - 1)
    return down / (down + up)


def expected_loss(ones: Any, power: float) -> float:
    """Of P(X = 1), a number or an array of them, whose mean it is."""
    return float(np.mean((1 - ones) * TARGET**power + ones * (1 - TARGET) ** power))


class Losses:
    """What is differentiated, by estimator; each is ``loss(ops, parameters, sample)``."""

    def __init__(self, power: float) -> None:
        self.power = power

    def sampled(self, ops: Ops, parameters: list[Array], sample: Sample) -> Array:
        """The mean over a batch of samples, through which the estimator gives the gradient."""
        hard, _ = sample(_batch(ops, parameters))
        return ops.mean(self._costs(ops, hard))

    def exact(self, ops: Ops, parameters: list[Array], sample: Sample) -> Array:
        """The expectation itself, for reference; draws nothing."""
        probabilities = ops.exp(ops.log_softmax(parameters[0]))
        costs = TARGET**self.power, (1 - TARGET) ** self.power
        return ops.mean(probabilities[:, 0] * costs[0] + probabilities[:, 1] * costs[1])

    def reinforce(self, ops: Ops, parameters: list[Array], sample: Sample) -> Array:
        """REINFORCE, whose baseline is the mean loss of the other samples of the batch."""
        hard = ops.stop_gradient(sample(_batch(ops, parameters))[0])
        costs = self._costs(ops, hard)
        advantages = (costs - ops.mean(costs)) * (BATCH / (BATCH - 1))
        score = ops.sum(hard * ops.log_softmax(parameters[0]), (-2, -1))
        surrogate = ops.mean(advantages * score)
        return ops.mean(costs) + surrogate - ops.stop_gradient(surrogate)

    def _costs(self, ops: Ops, hard: Array) -> Array:
        return ops.sum(ops.abs(hard[..., 1] - TARGET) ** self.power, -1) / LATENTS


def _batch(ops: Ops, parameters: list[Array]) -> Array:
    return ops.broadcast_to(parameters[0], (BATCH, LATENTS, 2))
