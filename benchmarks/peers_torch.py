"""PyTorch: the original package, and what people use in its place."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, ClassVar

import torch
from reinmax import reinmax as original

import reinmax_multi.torch

from .contract import Function, Peers, Shape, Step

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

    modules = ("torch", "reinmax")
    functions: ClassVar = {
        "PyPI reinmax": lambda logits: original(logits, 1.0)[0],
        "F.gumbel_softmax(hard=True)": lambda logits: torch.nn.functional.gumbel_softmax(
            logits, hard=True
        ),
        "straight-through, torch.multinomial": straight_through,
        "OneHotCategoricalStraightThrough": distribution,
    }

    def ours(self, tau: float) -> Function:
        return lambda logits: reinmax_multi.torch.reinmax(logits, tau)[0]

    def identity(self) -> Function:
        return lambda logits: logits

    def step(self, mode: str, function: Function, shape: Shape, dtype: str) -> Step:
        generator = torch.Generator().manual_seed(SEED)
        kind = {"dtype": getattr(torch, dtype), "device": self.device}
        logits = torch.randn(shape, generator=generator).to(**kind).requires_grad_()
        weights = torch.randn(shape[1], generator=generator).to(**kind)

        def loss(logits: torch.Tensor) -> torch.Tensor:
            return ((function(logits) @ weights) ** 2).sum()

        def run_with(loss: Function) -> Callable[[], Any]:
            def run() -> torch.Tensor:
                (gradient,) = torch.autograd.grad(loss(logits), logits)
                if self.device != "cpu":
                    torch.cuda.synchronize()
                return gradient

            return run

        if mode == "eager":
            return Step(run_with(loss))
        whole = run_with(_compile(loss, fullgraph=True))
        try:
            whole()
        except torch._dynamo.exc.Unsupported as error:
            return Step(run_with(_compile(loss, fullgraph=False)), f"graph break: {_head(error)}")
        return Step(whole)

    def copy(self, count: int) -> Callable[[], Any]:
        source = torch.ones(count, device=self.device)
        target = torch.zeros_like(source)

        def run() -> torch.Tensor:
            target.copy_(source)
            if self.device != "cpu":
                torch.cuda.synchronize()
            return target

        return run


def _compile(function: FunctionType, fullgraph: bool) -> Function:
    """Compiled with a code object of its own: Dynamo tries all compilations of one, one by one."""
    copy = FunctionType(
        function.__code__.replace(), function.__globals__, closure=function.__closure__
    )
    return torch.compile(copy, fullgraph=fullgraph, dynamic=False)


def _head(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
