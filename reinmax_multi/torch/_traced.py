"""The custom gradient under torch.compile: one Function an output.

torch.compile refuses a Function that defines ``jvp``, which forward mode demands:
https://github.com/pytorch/pytorch/issues/180284. AOTAutograd passes zeros for an output that is
not used, and their product would be computed, so each output has a Function of its own. That of
y_hard must not take y_soft as an input, or its backward pass would call that of y_soft, again with
zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from .._call.prepare import Call
from .._core.estimator import FORWARD_TAU, Estimator, Settings
from .._core.passes import passes
from .._core.residuals import Saved
from . import _namespace as xp
from ._whole import categories_of


def traced(estimator: Estimator) -> Callable[[Call], tuple[torch.Tensor, torch.Tensor]]:
    """A function of the call. Dynamo takes tensors and numbers as inputs of a Function, no record
    and no mapping: so each estimator has Functions of its own, and the values of hyper-parameters
    are inputs one by one.
    """
    forward_of, pullback_of, _ = passes(estimator)
    names = tuple(parameter.name for parameter in estimator.parameters)

    def settings_of(values: Sequence[float]) -> Settings:
        return {name: values[place] for place, name in enumerate(names)}  # Dynamo trips over zip

    class Soft(torch.autograd.Function):
        """All values, of which y_soft has a derivative."""

        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> tuple[torch.Tensor, ...]:
            logits, noise, sample, *values = inputs
            forward_tau = settings_of(values).get(FORWARD_TAU, 1.0)
            hard, soft, index = forward_of(
                xp,
                logits,
                categories_of(logits),
                noise=noise,
                sample=sample,
                forward_tau=forward_tau,
            )
            ctx.save_for_backward(logits, soft, index)
            ctx.values = values
            ctx.mark_non_differentiable(hard, index)
            return hard, soft, index

        @staticmethod
        def backward(ctx: Any, *cotangents: torch.Tensor) -> tuple[Any, ...]:
            saved, settings = Saved(*ctx.saved_tensors), settings_of(ctx.values)
            _, cotangent, _ = cotangents
            result = pullback_of(
                xp, estimator, settings, saved, categories_of(saved.logits), None, cotangent, None
            )
            return result, None, None, *[None] * len(names)

    class Hard(torch.autograd.Function):
        """The value of y_hard as a function of the logits, with the estimator's derivative."""

        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> torch.Tensor:
            logits, hard, index, words, tau, *values = inputs
            ctx.tau, tensor = (None, tau) if isinstance(tau, torch.Tensor) else (tau, None)
            ctx.save_for_backward(logits, index, words, tensor)
            ctx.values = values
            return torch.clone(hard)

        @staticmethod
        def backward(ctx: Any, cotangent: torch.Tensor) -> tuple[Any, ...]:
            logits, index, words, tensor = ctx.saved_tensors
            saved, settings = Saved(logits, None, index, words), settings_of(ctx.values)
            tau = ctx.tau if tensor is None else tensor
            result = pullback_of(
                xp, estimator, settings, saved, categories_of(logits), cotangent, None, tau
            )
            return result, *[None] * (4 + len(names))

    draw: Callable[..., tuple[torch.Tensor, ...]] = Soft.apply
    attach: Callable[..., torch.Tensor] = Hard.apply

    def sampled(call: Call) -> tuple[torch.Tensor, torch.Tensor]:
        values = tuple(call.settings.values())
        hard, soft, index = draw(call.rows, call.noise, call.sample, *values)
        return attach(call.rows, hard, index, call.words, call.tau, *values), soft

    return sampled
