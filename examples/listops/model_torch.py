"""The model in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import array_api_compat.torch as xp
import numpy as np
import torch
from torch import Tensor

import reinmax_multi.torch

from ..training.on_torch import generator_of, kept_state, restore_state
from . import model, tree
from .batches import Batch

VERSION = torch.__version__


def value_logits(
    weights: tree.Weights,
    words: Tensor,
    lengths: Tensor,
    choose: Callable[[Tensor, int], Tensor],
) -> Tensor:
    """(N, 10); a row loses a node a step, and so does the width.

    ``choose`` makes one-hot rows of logits and the number of the step.
    """
    nodes = tree.leaves(weights, words)
    for step in range(words.shape[1] - 1):
        proposed = tree.parents(xp, weights, nodes)
        chosen = choose(tree.logits(xp, weights, proposed, lengths - step), step)
        nodes = tree.merged(xp, nodes, proposed, chosen, lengths - step)
    return tree.read_value(xp, weights, nodes[:, 0])


class Parser:
    """See :class:`.model.Parser`."""

    def __init__(self, weights: tree.Weights, settings: model.Settings) -> None:
        self.weights = tree.Weights(*(torch.tensor(each, requires_grad=True) for each in weights))
        self.optimiser = torch.optim.RAdam(
            self.weights, settings.learning_rate, eps=model.ADAM_EPSILON
        )
        self.estimator = getattr(reinmax_multi.torch, settings.estimator)
        self.settings = settings

    def train(self, batch: Batch, step: int) -> float:
        generator = generator_of(self.settings.seed, step)

        def sampled(logits: Tensor, _: int) -> Tensor:
            y_hard, _ = self.estimator(logits, self.settings.tau, generator=generator)
            return y_hard

        words, lengths, values, weights = map(torch.from_numpy, batch)
        logits = value_logits(self.weights, words, lengths, sampled)
        loss = tree.cross_entropy(xp, logits, values, weights)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, model.LARGEST_GRADIENT)
        self.optimiser.step()
        return loss.item()

    @torch.no_grad()
    def evaluate(self, batch: Batch) -> np.ndarray:
        words, lengths = map(torch.from_numpy, batch[:2])
        logits = value_logits(self.weights, words, lengths, lambda each, _: tree.greedy(xp, each))
        return logits.argmax(-1).numpy()

    def state(self) -> list[np.ndarray]:
        return kept_state(self.weights, self.optimiser)

    def restore(self, state: Sequence[np.ndarray]) -> None:
        restore_state(self.weights, self.optimiser, state)
