"""The custom gradient of an estimator as torch.autograd.Functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import torch

from .._gradient import forward, pullback, pushforward
from ..estimator import Estimator, Residuals, Settings, forward_tau_of, with_settings
from . import _namespace as xp
from ._blocks import by_blocks

Apply: TypeAlias = Callable[..., tuple[torch.Tensor, ...]]


def functions(estimator: Estimator) -> tuple[Apply, Apply, Apply]:
    """The custom gradient for torch.compile, for torch.func and for neither.

    torch.compile refuses a Function that defines ``jvp``, and forward mode demands one:
    https://github.com/pytorch/pytorch/issues/180284. torch.func demands a ``setup_context``, whose
    call inspects signatures for longer than the smallest kernels take. The values of the
    hyper-parameters are inputs: no Function could be made for each choice while tracing.

    Each takes ``(logits, categories, noise, sample, seed, tau, *values)`` and returns y_hard,
    y_soft and the index.
    """
    names = tuple(parameter.name for parameter in estimator.parameters)
    reverse_product, forward_product = estimator.product, estimator.forward_product
    no_others = [None] * (5 + len(names))  # cotangents of the inputs after the logits

    class Transformed(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(
            logits: torch.Tensor,
            categories: torch.Tensor,
            noise: torch.Tensor | None,
            sample: torch.Tensor | None,
            seed: torch.Tensor | None,
            tau: float | torch.Tensor,
            *values: float,
        ) -> tuple[torch.Tensor, ...]:
            forward_tau = forward_tau_of(_settings(values))
            return forward(
                xp, logits, categories, noise=noise, sample=sample, forward_tau=forward_tau
            )

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Any, ...]) -> None:
            logits, categories, _, _, seed, tau, *values = inputs
            _, soft, index = output
            _save(ctx, logits, soft, index, categories, seed, tau, values)
            ctx.mark_non_differentiable(index)
            ctx.set_materialize_grads(False)

        @staticmethod
        def backward(ctx: Any, *cotangents: torch.Tensor | None) -> tuple[Any, ...]:
            residuals, tau, settings = _saved(ctx)
            hard, soft, _ = cotangents
            product = with_settings(reverse_product, settings)
            result = pullback(xp, product, residuals, hard, soft, tau)
            return result, *no_others

        @staticmethod
        def jvp(ctx: Any, *tangents: torch.Tensor | None) -> tuple[Any, ...]:
            residuals, tau, settings = _saved(ctx)
            product = with_settings(forward_product, settings)
            return *pushforward(xp, product, residuals, tangents[0], tau), None

    class Eager(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> tuple[torch.Tensor | None, ...]:
            logits, categories, noise, sample, _, _, *values = inputs

            def rows(logits: Any, noise: Any, sample: Any) -> Any:
                return Transformed.forward(logits, categories, noise, sample, None, 1.0, *values)

            output = by_blocks(rows, logits, noise, sample)
            Transformed.setup_context(ctx, inputs, output)
            return output

        @staticmethod
        def backward(ctx: Any, *cotangents: torch.Tensor | None) -> tuple[Any, ...]:
            if torch.is_grad_enabled():  # a graph for second derivatives
                return Transformed.backward(ctx, *cotangents)
            (logits, soft, index, categories, seed, forward_tau), tau, settings = _saved(ctx)
            product = with_settings(reverse_product, settings)

            def rows(logits: Any, soft: Any, index: Any, seed: Any, g: Any, h: Any) -> Any:
                residuals = Residuals(logits, soft, index, categories, seed, forward_tau)
                return (pullback(xp, product, residuals, g, h, tau),)

            (result,) = by_blocks(rows, logits, soft, index, seed, *cotangents[:2])
            return result, *no_others

        jvp = Transformed.jvp

    class TracedSoft(torch.autograd.Function):
        """All values, of which y_soft has a derivative."""

        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> tuple[torch.Tensor, ...]:
            logits, categories, noise, sample, forward_tau = inputs
            hard, soft, index = forward(
                xp, logits, categories, noise=noise, sample=sample, forward_tau=forward_tau
            )
            ctx.save_for_backward(logits, soft, index, categories)
            ctx.forward_tau = forward_tau
            ctx.mark_non_differentiable(hard, index)
            return hard, soft, index

        @staticmethod
        def backward(ctx: Any, *cotangents: torch.Tensor) -> tuple[Any, ...]:
            logits, soft, index, categories = ctx.saved_tensors
            residuals = Residuals(logits, soft, index, categories, None, ctx.forward_tau)
            _, cotangent, _ = cotangents
            return pullback(xp, reverse_product, residuals, None, cotangent, 1.0), *[None] * 4

    class TracedHard(torch.autograd.Function):
        """The value of y_hard as a function of the logits, with the estimator's derivative."""

        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> torch.Tensor:
            logits, hard, index, categories, seed, tau, *values = inputs
            _save(ctx, logits, None, index, categories, seed, tau, values)
            return torch.clone(hard)

        @staticmethod
        def backward(ctx: Any, cotangent: torch.Tensor) -> tuple[Any, ...]:
            residuals, tau, settings = _saved(ctx)
            product = with_settings(reverse_product, settings)
            return pullback(xp, product, residuals, cotangent, None, tau), *no_others

    def traced(*inputs: Any) -> tuple[torch.Tensor, ...]:
        """One Function an output: AOTAutograd hands over zeros for an output that is not used, and
        their product would be computed.
        """
        logits, categories, noise, sample, seed, tau, *values = inputs
        forward_tau = forward_tau_of(_settings(values))
        draw: Apply = TracedSoft.apply
        attach: Callable[..., torch.Tensor] = TracedHard.apply
        hard, soft, index = draw(logits, categories, noise, sample, forward_tau)
        return attach(logits, hard, index, categories, seed, tau, *values), soft, index

    def _save(
        ctx: Any,
        logits: torch.Tensor,
        soft: torch.Tensor | None,
        index: torch.Tensor,
        categories: torch.Tensor,
        seed: torch.Tensor | None,
        tau: float | torch.Tensor,
        values: Sequence[float],
    ) -> None:
        ctx.values = values
        ctx.tau, tensor = (None, tau) if isinstance(tau, torch.Tensor) else (tau, None)
        ctx.save_for_backward(logits, soft, index, categories, seed, tensor)
        ctx.save_for_forward(logits, soft, index, categories, seed, tensor)

    def _settings(values: Sequence[float]) -> Settings:
        return {name: values[place] for place, name in enumerate(names)}  # Dynamo trips over zip

    def _saved(ctx: Any) -> tuple[Residuals, Any, Settings]:
        settings = _settings(ctx.values)
        *residuals, tensor = ctx.saved_tensors
        tau = ctx.tau if tensor is None else tensor
        logits, soft, index, categories, seed = residuals
        forward_tau = forward_tau_of(settings)
        return Residuals(logits, soft, index, categories, seed, forward_tau), tau, settings

    return traced, Transformed.apply, Eager.apply
