"""The model in PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import array_api_compat.torch as xp
import numpy as np
import torch
from torch import Tensor

import reinmax_multi.torch

from . import model, tree
from .batches import Batch

VERSION = torch.__version__
KEPT = ("step", "exp_avg", "exp_avg_sq")
"""What RAdam keeps of a weight."""


class Parser:
    """See :class:`.model.Parser`."""

    def __init__(self, weights: tree.Weights, settings: model.Settings) -> None:
        self.weights = tree.Weights(*(torch.tensor(each, requires_grad=True) for each in weights))
        self.optimiser = torch.optim.RAdam(
            self.weights, settings.learning_rate, eps=model.ADAM_EPSILON
        )
        self.estimator = getattr(reinmax_multi.torch, settings.estimator)
        self.settings = settings
        self.generator = torch.Generator()

    def train(self, batch: Batch, step: int) -> float:
        seeds = np.random.SeedSequence((self.settings.seed, step))
        self.generator.manual_seed(int(seeds.generate_state(1)[0]))  # it looks at 32 bits
        loss = self.loss(batch)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return loss.item()

    def loss(self, batch: Batch) -> Tensor:
        """The cross-entropy with sampled trees."""

        def sampled(logits: Tensor) -> Tensor:
            y_hard, _ = self.estimator(logits, self.settings.tau, generator=self.generator)
            return y_hard

        words, lengths, values, weights = map(torch.from_numpy, batch)
        logits = _logits(self.weights, words, lengths, sampled)
        return tree.cross_entropy(xp, logits, values, weights)

    @torch.no_grad()
    def evaluate(self, batch: Batch) -> np.ndarray:
        words, lengths = map(torch.from_numpy, batch[:2])
        logits = _logits(self.weights, words, lengths, lambda each: tree.greedy(xp, each))
        return logits.argmax(-1).numpy()

    def state(self) -> list[np.ndarray]:
        kept = [self.optimiser.state[each] for each in self.weights]
        tensors = [*self.weights, *(each[name] for each in kept for name in KEPT)]
        return [tensor.detach().numpy().copy() for tensor in tensors]

    def restore(self, state: Sequence[np.ndarray]) -> None:
        tensors = iter([torch.tensor(array) for array in state])
        for weight in self.weights:
            weight.data = next(tensors)
        for weight in self.weights:
            self.optimiser.state[weight] = {name: next(tensors) for name in KEPT}


def _logits(weights: tree.Weights, words: Tensor, lengths: Tensor, choose: tree.Choose) -> Tensor:
    """A row loses a node a step, and so does the width."""
    nodes = tree.leaves(weights, words)
    for step in range(words.shape[1] - 1):
        proposed = tree.parents(xp, weights, nodes)
        chosen = choose(tree.logits(xp, weights, proposed, lengths - step))
        nodes = tree.merged(xp, nodes, proposed, chosen, lengths - step)
    return tree.read_value(xp, weights, nodes[:, 0])
