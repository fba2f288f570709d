"""A trainer in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

import reinmax_multi.torch

from .trainer import EVALUATION, PYPI_REINMAX, Loss, Ops, Optimiser

OPS = Ops(
    abs=torch.abs,
    broadcast_to=torch.broadcast_to,
    exp=torch.exp,
    mean=torch.mean,
    reshape=torch.reshape,
    relu=torch.relu,
    sigmoid=torch.sigmoid,
    stop_gradient=Tensor.detach,
    sum=torch.sum,
    log_softmax=partial(torch.log_softmax, dim=-1),
    binary_cross_entropy=partial(functional.binary_cross_entropy_with_logits, reduction="none"),
)
OPTIMISERS = {"adam": torch.optim.Adam, "radam": torch.optim.RAdam}
KEPT = ("step", "exp_avg", "exp_avg_sq")


class Trainer:
    """See :class:`.trainer.Trainer`."""

    ops = OPS
    family = reinmax_multi.torch
    version = torch.__version__
    asarray = staticmethod(torch.from_numpy)

    def __init__(
        self,
        loss: Loss,
        parameters: Sequence[np.ndarray],
        optimiser: Optimiser,
        estimator: str,
        tau: float,
        seed: int,
    ) -> None:
        self.parameters = [torch.tensor(array, requires_grad=True) for array in parameters]
        self._optimiser = OPTIMISERS[optimiser.name](
            self.parameters, lr=optimiser.learning_rate, eps=optimiser.epsilon
        )
        self._loss, self._seed = loss, seed
        original = estimator == PYPI_REINMAX
        chosen = _pypi_reinmax if original else getattr(reinmax_multi.torch, estimator)
        self._estimator = partial(chosen, tau=tau)

    def step(self, number: int, *batch: np.ndarray) -> Tensor:
        self._optimiser.zero_grad()
        arrays = [self.asarray(array) for array in batch]
        loss = self._loss(OPS, self.parameters, self._sample(number), *arrays)
        loss.backward()
        self._optimiser.step()
        return loss.detach()

    @torch.no_grad()
    def apply(self, function: Callable[..., Tensor], *arrays: np.ndarray) -> np.ndarray:
        tensors = [self.asarray(array) for array in arrays]
        return function(OPS, self.parameters, self._sample(EVALUATION), *tensors).numpy()

    def state(self) -> list[np.ndarray]:
        return kept_state(self.parameters, self._optimiser)

    def restore(self, state: Sequence[np.ndarray]) -> None:
        restore_state(self.parameters, self._optimiser, state)

    def _sample(self, number: int) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
        return partial(self._estimator, generator=generator_of(self._seed, number))


def generator_of(seed: int, number: int) -> torch.Generator:
    """The noise of a step; a generator looks at 32 bits of its seed."""
    word = int(np.random.SeedSequence((seed, number)).generate_state(1)[0])
    return torch.Generator().manual_seed(word)


def kept_state(parameters: Sequence[Tensor], optimiser: torch.optim.Optimizer) -> list[np.ndarray]:
    """The parameters, and what Adam or RAdam keeps of each."""
    kept = [optimiser.state[parameter] for parameter in parameters]
    tensors = [*parameters, *(each[name] for each in kept for name in KEPT)]
    return [tensor.detach().numpy().copy() for tensor in tensors]


def restore_state(
    parameters: Sequence[Tensor], optimiser: torch.optim.Optimizer, state: Sequence[np.ndarray]
) -> None:
    """Put back what :func:`kept_state` returned."""
    tensors = iter([torch.tensor(array) for array in state])
    for parameter in parameters:
        parameter.data = next(tensors)
    for parameter in parameters:
        optimiser.state[parameter] = {name: next(tensors) for name in KEPT}


def _pypi_reinmax(logits: Tensor, tau: float, generator: torch.Generator) -> Any:
    """The original, which draws from the global generator and views its logits as rows."""
    import reinmax

    torch.manual_seed(generator.initial_seed())
    return reinmax.reinmax(logits.contiguous(), tau)
