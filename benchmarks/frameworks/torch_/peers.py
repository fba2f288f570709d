"""PyTorch: the original package, and what people use in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, ClassVar

import torch
from reinmax import reinmax as original

import reinmax_multi.torch
from benchmarks.common.contract import (
    BERNOULLI,
    LOGISTIC,
    ORIGINAL,
    TWO_CATEGORIES,
    Function,
    Peers,
    Shape,
    Step,
)

from . import formulations

SEED = 0


def straight_through(logits: torch.Tensor) -> torch.Tensor:
    soft = logits.softmax(-1)
    index = torch.multinomial(soft, 1)
    hard = torch.zeros_like(soft).scatter_(-1, index, 1.0)
    return hard + (soft - soft.detach())


def distribution(logits: torch.Tensor) -> torch.Tensor:
    """Without the validation of arguments, which only costs."""
    categorical = torch.distributions.OneHotCategoricalStraightThrough
    return categorical(logits=logits, validate_args=False).rsample()


class TorchPeers(Peers):
    """PyTorch on the CPU or a CUDA device."""

    framework = "torch"
    modules = ("torch", "reinmax", "numba")
    functions: ClassVar = {
        ORIGINAL: lambda logits: original(logits, 1.0)[0],
        "F.gumbel_softmax(hard=True)": lambda logits: torch.nn.functional.gumbel_softmax(
            logits, hard=True
        ),
        "straight-through, torch.multinomial": straight_through,
        "OneHotCategoricalStraightThrough": distribution,
    }

    def of_family(self, name: str, tau: float, settings: Mapping[str, float]) -> Function:
        estimator = getattr(reinmax_multi.torch, name)
        return lambda logits: estimator(logits, tau, **settings)[0]

    def repeated(self, function: Function, count: int) -> Function:
        return lambda logits: function(logits.expand(count, *logits.shape))

    def binary(self, tau: float) -> dict[str, Function]:
        def two_categories(logits: torch.Tensor) -> torch.Tensor:
            pairs = torch.stack([torch.zeros_like(logits), logits], -1)
            return reinmax_multi.torch.reinmax(pairs, tau)[0][..., 1]

        def logistic(logits: torch.Tensor) -> torch.Tensor:
            noise = torch.logit(torch.rand_like(logits))
            soft = torch.sigmoid((logits + noise) / tau)
            hard = (soft > 0.5).to(soft.dtype)
            return hard + (soft - soft.detach())

        bernoulli = reinmax_multi.torch.bernoulli.reinmax
        return {
            BERNOULLI: lambda logits: bernoulli(logits, tau)[0],
            TWO_CATEGORIES: two_categories,
            LOGISTIC: logistic,
        }

    def formulations(
        self, name: str, tau: float, settings: Mapping[str, float]
    ) -> Mapping[str, Function]:
        return getattr(formulations, name)(tau, **settings)

    def identity(self) -> Function:
        return lambda logits: logits

    def arrays(self, shape: Shape, dtype: str) -> tuple[torch.Tensor, ...]:
        generator = torch.Generator().manual_seed(SEED)
        numbers = (torch.randn(size, generator=generator) for size in (shape, shape[1:]))
        logits, weights = (each.to(self.device, getattr(torch, dtype)) for each in numbers)
        return logits.requires_grad_(), weights

    def step(self, mode: str, function: Function, shape: Shape, dtype: str) -> Step:
        logits, weights = self.arrays(shape, dtype)

        def loss(logits: torch.Tensor) -> torch.Tensor:
            return ((function(logits) @ weights) ** 2).sum()

        def run_with(loss: Function) -> Callable[[], Any]:
            def run() -> torch.Tensor:
                (gradient,) = torch.autograd.grad(loss(logits), logits)
                self._wait()
                return gradient

            return run

        if mode == "eager":
            return Step(run_with(loss))
        whole = run_with(compile_alone(loss, fullgraph=True))
        try:
            whole()
        except torch._dynamo.exc.Unsupported as error:
            parts = run_with(compile_alone(loss, fullgraph=False))
            return Step(parts, f"graph break: {str(error).strip().splitlines()[0]}")
        return Step(whole)

    def copy(self, count: int) -> Callable[[], Any]:
        source = torch.ones(count, device=self.device)
        target = torch.zeros_like(source)

        def run() -> torch.Tensor:
            target.copy_(source)
            self._wait()
            return target

        return run

    def _wait(self) -> None:
        if self.device != "cpu":
            torch.cuda.synchronize()


def compile_alone(function: FunctionType, fullgraph: bool) -> Function:
    """Compiled with a code object of its own: Dynamo tries all compilations of one, one by one."""
    copy = FunctionType(
        function.__code__.replace(), function.__globals__, closure=function.__closure__
    )
    return torch.compile(copy, fullgraph=fullgraph, dynamic=False)
