"""The model in PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

import reinmax_multi.torch

from . import model

VERSION = torch.__version__


class CategoricalVAE:
    """See :class:`.model.CategoricalVAE`."""

    def __init__(self, weights: model.Weights, estimator: str, seed: int) -> None:
        self.encoder = _perceptron(weights[:2])
        self.decoder = _perceptron(weights[2:])
        self.estimator = getattr(reinmax_multi.torch, estimator)
        self.seed = seed
        self.generator = torch.Generator().manual_seed(seed)
        parameters = [*self.encoder.parameters(), *self.decoder.parameters()]
        self.optimiser = torch.optim.Adam(
            parameters, lr=model.LEARNING_RATE, eps=model.ADAM_EPSILON
        )

    def train(self, images: np.ndarray) -> float:
        self.optimiser.zero_grad()
        loss = self._loss(torch.from_numpy(images), 1, self.generator)
        loss.backward()
        self.optimiser.step()
        return loss.item()

    @torch.no_grad()
    def evaluate(self, images: np.ndarray) -> float:
        generator = torch.Generator().manual_seed(self.seed)
        return self._loss(torch.from_numpy(images), model.EVALUATION_DRAWS, generator).item()

    @torch.no_grad()
    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        logits = self._encode(torch.from_numpy(images))
        code, _ = self.estimator(logits, sample=logits.argmax(-1))
        return self.decoder(code.flatten(-2)).sigmoid().numpy()

    def _encode(self, images: Tensor) -> Tensor:
        return self.encoder(images).unflatten(-1, (model.CATEGORICALS, model.CLASSES))

    def _loss(self, images: Tensor, draws: int, generator: torch.Generator) -> Tensor:
        images = images.expand(draws, -1, -1)
        logits = self._encode(images)
        code, probabilities = self.estimator(logits, generator=generator)
        pixels = self.decoder(code.flatten(-2))
        misfit = functional.binary_cross_entropy_with_logits(pixels, images, reduction="none")
        negative_entropy = probabilities * logits.log_softmax(-1)
        divergence = negative_entropy.sum((-1, -2)) + model.PRIOR_ENTROPY
        return (misfit.sum(-1) + divergence).mean()


def _perceptron(weights: model.Weights) -> nn.Sequential:
    layers = []
    for kernel, bias in weights:
        layer = nn.Linear(*kernel.shape)
        layer.weight.data = torch.from_numpy(kernel.T.copy())
        layer.bias.data = torch.from_numpy(bias.copy())
        layers.append(layer)
    first, second = layers
    return nn.Sequential(first, nn.ReLU(), second)
