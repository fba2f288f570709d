"""The words of PyTorch in signatures and docstrings."""

from __future__ import annotations

from dataclasses import replace

from .._call.face import Face
from ._host import Host

FACE = Face(
    package=__package__,
    array="torch.Tensor",
    axis=Host.axis,
    source=Host.source,
    accepts_hard=True,
    annotations={
        "logits": "torch.Tensor",
        "tau": "float | torch.Tensor",
        "generator": "torch.Generator | None",
        "sample": "torch.Tensor | None",
        "return": "Sample",
    },
    describe={
        "logits": (
            "logits : torch.Tensor, (..., K, ...)",
            "float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, "
            "so are the results, in the same placements.",
        ),
        "tau": (
            "tau : float or torch.Tensor, {bound}",
            "Temperature of the gradient, one for all rows or one for each, in a shape that "
            "broadcasts against the logits{of_rows}. The sample and y_soft do "
            "not depend on it. No gradient flows to it, and the value of a tensor is never read, "
            "so it may change without a synchronisation.",
        ),
        "generator": (
            "generator : torch.Generator, optional",
            "Source of the draw, on the device of the logits; the global generator if not given. "
            "Checkpointing restores only the global generator when it recomputes, and "
            "``torch.compile`` accepts no other.",
        ),
    },
    returned=(
        (
            "Sample",
            "``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot "
            "and carries the estimator's gradient, y_soft = {distribution} carries its own. A row "
            "that holds NaN or +inf, or is -inf throughout, is NaN in both, and so are its "
            "gradients; so is y_hard in a row whose ``sample`` is out of range.",
        ),
    ),
    notes=(
        "PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a "
        "``torch.func`` transform drops them, so this function falls back to eager, or with "
        "``fullgraph=True`` raises an error: compile the function and differentiate outside. "
        "Forward mode inside forward mode loses their second derivative, so this function raises "
        "an error: make one of the two reverse. An exported program keeps the values only. And any "
        "draw, compiled with an ``activation_memory_budget`` below 1, may be repeated with other "
        "numbers in the backward pass: pass ``sample``."
    ),
    raises=(
        ("NotImplementedError", "It is called inside two forward modes of ``torch.func``."),
        (
            "torch._dynamo.exc.Unsupported",
            "``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.",
        ),
    ),
    example="""
>>> import torch
>>> from reinmax_multi.torch import {name}
>>> logits = torch.zeros(4, 3, requires_grad=True)
>>> y_hard, y_soft = {name}(logits, tau=1.0)
>>> y_hard.sum(-1)
tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
>>> (y_hard ** 3).sum().backward()
>>> logits.grad.shape
torch.Size([4, 3])
""",
)

BERNOULLI = replace(
    FACE,
    package=f"{FACE.package}.bernoulli",
    axis=None,
    describe={
        **FACE.describe,
        "logits": (
            "logits : torch.Tensor",
            "Log-odds of 1, of any shape: float16, bfloat16, float32 or float64. Infinite ones "
            "make a variable certain. If they are a DTensor, so are the results, in the same "
            "placements.",
        ),
    },
    returned=(
        (
            "Sample",
            "``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is 0 or 1 "
            "and carries the estimator's gradient, y_soft = {distribution} carries its own. "
            "Where the logits are NaN, so are both and the gradient; so is y_hard where "
            "``sample`` is neither 0 nor 1.",
        ),
    ),
    example="""
>>> import torch
>>> from reinmax_multi.torch.bernoulli import {name}
>>> logits = torch.zeros(4, 3, requires_grad=True)
>>> b_hard, b_soft = {name}(logits, tau=1.0)
>>> ((b_hard == 0) | (b_hard == 1)).all()
tensor(True)
>>> (b_hard ** 3).sum().backward()
>>> logits.grad.shape
torch.Size([4, 3])
""",
)
