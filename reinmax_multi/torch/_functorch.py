"""Whether a transform of torch.func runs, and those in which PyTorch loses a custom gradient."""

from __future__ import annotations

import torch


def inside_functorch() -> bool:
    """Whether a transform of torch.func is being computed."""
    return torch._C._functorch.peek_interpreter_stack() is not None


# What torch.compiler.assume_constant_result sets; that imports all of Dynamo, in about a second.
inside_functorch._dynamo_marked_constant = True  # type: ignore[attr-defined]


def refuse_compiled() -> None:
    """torch.compile drops a custom gradient inside torch.func.grad, silently.

    https://github.com/pytorch/pytorch/issues/193279 and, for jvp, /issues/192985.
    """
    if inside_functorch():
        raise NotImplementedError(
            "torch.compile ignores custom gradients under torch.func transforms and would return a "
            "wrong gradient: compile the function and use torch.autograd.grad or .backward()"
        )


def refuse_nested_forward_mode() -> None:
    """Forward mode inside forward mode loses a custom function's second derivative, silently.

    https://github.com/pytorch/pytorch/issues/197867.
    """
    levels = torch._C._functorch.get_interpreter_stack() or ()
    if sum(level.key() == torch._C._functorch.TransformType.Jvp for level in levels) > 1:
        raise NotImplementedError(
            "torch.func.jvp or jacfwd inside another one ignores the second derivative of custom "
            "gradients and would return a wrong number: make one of them torch.func.grad or jacrev"
        )
