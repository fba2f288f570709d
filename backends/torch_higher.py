"""Derivatives of derivatives in PyTorch, by name; ``contract.Driver`` has the signature of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .contract import Array, Program
from .torch_transforms import Gradient, checkpointed, func_grad, jvp


def _along(gradient: Gradient, u: torch.Tensor) -> Callable[[Program], Program]:
    """From a program to <its gradient, u> as a program."""

    def inner(program: Program) -> Program:
        def run(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            slope, hard = gradient(program, logits)
            return (slope * u).sum(), hard

        return run

    return inner


def _graph_gradient(program: Program, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradient as a node of the graph, to be differentiated again."""
    loss, hard = program(logits)
    return torch.autograd.grad(loss, logits, create_graph=True)[0], hard.detach()


def _double_backward(
    program: Program, logits: torch.Tensor, u: torch.Tensor, v: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    logits = logits.detach().requires_grad_()
    return _dot(_graph_gradient(_along(_graph_gradient, u)(program), logits), v)


def _triple_backward(
    program: Program, logits: torch.Tensor, u: torch.Tensor, v: torch.Tensor, w: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    slope = _along(_graph_gradient, u)(program)
    return _double_backward(slope, logits, v, w)


def _func_reverse(
    program: Program, logits: torch.Tensor, v: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    return _dot(func_grad(program, logits), v)


def _third(outer: Any, middle: Any) -> Any:
    """``outer`` of ``middle`` of func.grad."""
    return lambda program, x, u, v, w: outer(
        lambda x: middle(_along(func_grad, u)(program), x, v), x, w
    )


def _dot(gradient: tuple[torch.Tensor, torch.Tensor], v: torch.Tensor) -> tuple[Array, Array]:
    slope, hard = gradient
    return (slope * v).sum(), hard


CURVATURES = {
    "backward of backward": _double_backward,
    "func.grad of func.grad": lambda program, x, u, v: _dot(
        func_grad(_along(func_grad, u)(program), x), v
    ),
    "func.jvp of func.grad": lambda program, x, u, v: jvp(_along(func_grad, u)(program), x, v),
    "func.grad of func.jvp": lambda program, x, u, v: _dot(
        func_grad(lambda x: jvp(program, x, u), x), v
    ),
    "backward of backward of checkpoint": lambda program, x, u, v: _double_backward(
        checkpointed(program), x, u, v
    ),
}


THIRD_DERIVATIVES = {
    "backward of backward of backward": _triple_backward,
    "backward of backward of backward of checkpoint": lambda program, *others: _triple_backward(
        checkpointed(program), *others
    ),
    "func.grad of func.grad of func.grad": _third(_func_reverse, _func_reverse),
    "func.grad of func.jvp of func.grad": _third(_func_reverse, jvp),
    "func.jvp of func.grad of func.grad": _third(jvp, _func_reverse),
}
