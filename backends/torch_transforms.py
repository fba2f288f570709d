"""The transforms of PyTorch, by name; ``contract.Driver`` has the signature of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import func
from torch.utils.checkpoint import checkpoint

from .contract import Array, Function, Program

Gradient = Callable[[Program, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


def compile_whole(function: Function, **options: Any) -> Function:
    """A compilation of its own, for Dynamo counts all closures of one code object together."""
    torch._dynamo.reset()
    return torch.compile(function, fullgraph=True, **options)


def vmap(function: Function) -> Function:
    return func.vmap(function, randomness="different")


def second_of_two(function: Function) -> Function:
    """``function`` batched over two copies of its arguments; the second result."""

    def batched(*arrays: torch.Tensor) -> Any:
        results = vmap(function)(*(torch.stack([array, array]) for array in arrays))
        return torch.utils._pytree.tree_map(lambda part: part[1], results)

    return batched


def _backward(transform: Callable[[Program], Program]) -> Gradient:
    """.backward() of the transformed program."""

    def gradient(program: Program, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = logits.detach().requires_grad_()
        loss, hard = transform(program)(logits)
        loss.backward()
        return logits.grad, hard.detach()

    return gradient


def checkpointed(program: Program, use_reentrant: bool = False) -> Program:
    return lambda logits: checkpoint(program, logits, use_reentrant=use_reentrant)


def _compile_recomputing(program: Program) -> Program:
    """Compiled under orders to save as few activations as can be."""
    compiled = compile_whole(program)

    def run(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with torch._functorch.config.patch(activation_memory_budget=0.0):
            return compiled(logits)

    return run


def _loop(program: Program) -> Program:
    """The program in the second of two steps of a loop."""

    def run(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        total = torch.zeros((), device=logits.device)
        for weight in (0.0, 1.0):
            loss, hard = program(logits)
            total = total + weight * loss
        return total, hard

    return run


def _generated(program: Program) -> Program:
    """The program with an explicit generator in place of the global one."""
    generators: dict[torch.device, torch.Generator] = {}

    def generated(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        device = logits.device
        return program(logits, generator=generators.setdefault(device, torch.Generator(device)))

    return generated


def _autocast(program: Program) -> Program:
    """The program behind a matrix product that autocast runs in bfloat16."""

    def run(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        identity = torch.eye(logits.shape[-1], device=logits.device)
        with torch.autocast(logits.device.type, torch.bfloat16):
            return program(logits @ identity)

    return run


def _export(program: Program) -> Program:
    class Module(torch.nn.Module):
        def forward(self, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return program(logits)

    def run(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.export.export(Module(), (logits.detach(),)).module()(logits)

    return run


def _vjp(program: Program, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    loss, pull, hard = func.vjp(program, logits, has_aux=True)
    return pull(torch.ones_like(loss))[0], hard


def func_grad(program: Program, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return func.grad(program, has_aux=True)(logits)


def jvp(
    program: Program, logits: torch.Tensor, v: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    return func.jvp(program, (logits,), (v,), has_aux=True)[1:]


def _trace_taus(
    function: Function,
    logits: torch.Tensor,
    cotangents: Sequence[torch.Tensor],
    taus: Sequence[Array],
) -> tuple[list[torch.Tensor], int]:
    traces = 0

    def count(graph: torch.fx.GraphModule, _: Any) -> Callable[..., Any]:
        nonlocal traces
        traces += 1
        return graph.forward

    compiled = compile_whole(function, backend=count)
    logits = logits.detach().requires_grad_()
    results = [
        torch.autograd.grad(tuple(compiled(logits, tau)), logits, cotangents)[0] for tau in taus
    ]
    return results, traces


UNSUPPORTED = torch._dynamo.exc.Unsupported
DROPPED = "ignores custom gradients|NotImplementedError"  # 2.8 shows the type, not the text


GRADIENTS = {
    "backward": _backward(lambda program: program),
    "func.grad": func_grad,
    "func.vjp": _vjp,
    "func.jacrev": lambda program, x: func.jacrev(program, has_aux=True)(x),
    "func.jacfwd": lambda program, x: func.jacfwd(program, has_aux=True, randomness="same")(x),
    "vmap of func.grad": lambda program, x: second_of_two(func.grad(program, has_aux=True))(x),
    "func.grad of vmap": lambda program, x: func.grad(second_of_two(program), has_aux=True)(x),
    "backward of vmap": _backward(second_of_two),
    "checkpoint": _backward(checkpointed),
    "reentrant checkpoint": _backward(lambda program: checkpointed(program, use_reentrant=True)),
    "checkpoint with a generator": _backward(lambda program: checkpointed(_generated(program))),
    "autocast": _backward(_autocast),
    "compile": _backward(compile_whole),
    "compile with dynamic shapes": _backward(lambda program: compile_whole(program, dynamic=True)),
    "compile of checkpoint": _backward(lambda program: compile_whole(checkpointed(program))),
    "checkpoint of compile": _backward(lambda program: checkpointed(compile_whole(program))),
    "compile with a memory budget": _backward(_compile_recomputing),
    "compile of a loop": _backward(lambda program: compile_whole(_loop(program))),
    "export": _backward(_export),
}

DERIVATIVES = {
    "func.jvp": jvp,
    "vmap of func.jvp": lambda program, x, v: second_of_two(lambda x, v: jvp(program, x, v))(x, v),
    "func.jvp of vmap": lambda program, x, v: jvp(second_of_two(program), x, v),
}

BATCHING = frozenset({"vmap of func.jvp", "func.jvp of vmap"})

SAME_BITS = {
    "checkpoint": "backward",
    "reentrant checkpoint": "backward",
    "checkpoint of compile": "compile",
    "compile of checkpoint": "compile",
    "compile with a memory budget": "compile",
}

REFUSED = {
    "compile of func.grad": (
        lambda program, x: compile_whole(func.grad(program, has_aux=True))(x),
        UNSUPPORTED,
        DROPPED,
    ),
    "compile of func.jvp": (
        lambda program, x: compile_whole(lambda x: jvp(program, x, x))(x),
        UNSUPPORTED,
        DROPPED,
    ),
    "compile of vmap": (
        lambda program, x: compile_whole(second_of_two(program))(x),
        UNSUPPORTED,
        DROPPED,
    ),
    "func.jvp of func.jvp": (
        lambda program, x: jvp(lambda x: jvp(program, x, x), x, x),
        NotImplementedError,
        "one of them torch.func.grad",
    ),
    "func.jacfwd of func.jacfwd": (
        lambda program, x: func.jacfwd(
            func.jacfwd(program, has_aux=True, randomness="same"), has_aux=True, randomness="same"
        )(x),
        NotImplementedError,
        "one of them torch.func.grad",
    ),
    "compile with a generator": (
        lambda program, x: compile_whole(partial(program, generator=torch.Generator(x.device)))(x),
        UNSUPPORTED,
        "Generator",
    ),
}

TAU_TRACES = {"compile": _trace_taus}

PLAINEST = "compile"
COMPILING = frozenset(
    {
        *("compile", "compile with dynamic shapes", "compile of checkpoint"),
        *("checkpoint of compile", "compile with a memory budget", "compile of a loop", "export"),
        *("compile of func.grad", "compile of func.jvp", "compile of vmap"),
        "compile with a generator",
    }
)


def _vmap_of_vjp(
    function: Function,
    arrays: Sequence[Array],
    cotangents: Sequence[Array],
    mapped: Sequence[bool],
) -> torch.Tensor:
    def pull(logits: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        sample, back = func.vjp(lambda x: function(x, *others), logits)
        return back(type(sample)(*cotangents))[0]

    return _mapped(pull, mapped)(*arrays).sum(0)


def _backward_of_vmap(
    function: Function,
    arrays: Sequence[Array],
    cotangents: Sequence[Array],
    mapped: Sequence[bool],
) -> torch.Tensor:
    logits = arrays[0].detach().requires_grad_()
    sample = _mapped(function, mapped)(logits, *arrays[1:])
    stacked = [part.expand_as(hard) for part, hard in zip(cotangents, sample, strict=True)]
    gradient = torch.autograd.grad(tuple(sample), logits, stacked)[0]
    return gradient.sum(0) if mapped[0] else gradient


def _mapped(function: Function, mapped: Sequence[bool]) -> Function:
    axes = tuple(0 if flag else None for flag in mapped)
    return func.vmap(function, in_dims=axes, randomness="same")


ARGUMENT_MAPS = {"vmap of vjp": _vmap_of_vjp, "backward of vmap": _backward_of_vmap}
SEED_MAPS = {
    "vmap": lambda bound, x, seeds: vmap(lambda x: bound(x).y_hard)(torch.stack([x] * len(seeds)))
}
