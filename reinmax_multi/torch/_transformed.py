"""The custom gradient inside torch.func: a Function in the style that its transforms demand."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, cast

import torch

from .._call.prepare import Call
from .._core.estimator import FORWARD_TAU, Estimator, Settings
from .._core.passes import passes
from .._core.residuals import Saved, Tau
from . import _namespace as xp
from ._whole import categories_of


def transformed(estimator: Estimator, call: Call) -> tuple[torch.Tensor, torch.Tensor]:
    """y_hard and y_soft, categories last."""
    inputs = call.rows, call.noise, call.sample, call.words, call.tau
    settings, apply = MappingProxyType(call.settings), cast(Any, Transformed.apply)
    hard, soft, _ = apply(estimator, settings, -1, *inputs)
    return hard, soft


class Transformed(torch.autograd.Function):
    """``apply(estimator, settings, -1, logits, noise, sample, words, tau)``: y_hard, y_soft, index.

    ``settings`` must not be a dict, which torch.func would take apart.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        estimator: Estimator,
        settings: Settings,
        axis: int,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        words: torch.Tensor | None,
        tau: Tau | None,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        forward_tau = settings.get(FORWARD_TAU, 1.0)
        categories = categories_of(logits)
        hard, soft, index = passes(estimator).forward(
            xp, logits, categories, noise=noise, sample=sample, forward_tau=forward_tau
        )
        others = tau, words, index
        of_row = others if index.ndim == logits.ndim else (tau, _first(words), index[0])
        return _mapped_as(hard, *others), _mapped_as(soft, *of_row), index

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Any, ...]) -> None:
        estimator, settings, axis, logits, _, _, words, tau = inputs
        _, soft, index = output
        keep(ctx, estimator, settings, axis, Saved(logits, soft, index, words), tau)
        ctx.mark_non_differentiable(index)
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> tuple[Any, ...]:
        result = differentiable_pullback(ctx, cotangents[:2])
        return None, None, None, result, None, None, None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: torch.Tensor | None) -> tuple[Any, ...]:
        return *pushforward_of(ctx, tangents[3]), None


def differentiable_pullback(
    ctx: Any, cotangents: Sequence[torch.Tensor | None]
) -> torch.Tensor | None:
    """The cotangent of the logits by the core, which can be differentiated again."""
    estimator, settings, axis, saved, tau = kept(ctx)
    hard, soft = to_samples(cotangents[0], axis, saved), to_rows(cotangents[1], axis)
    categories = categories_of(saved.logits)
    result: torch.Tensor | None = passes(estimator).pullback(
        xp, estimator, settings, saved, categories, hard, soft, tau
    )
    return result


def pushforward_of(ctx: Any, tangent: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
    """The tangents of y_hard and y_soft."""
    estimator, settings, axis, saved, tau = kept(ctx)
    categories = categories_of(saved.logits)
    hard, soft = passes(estimator).pushforward(
        xp, estimator, settings, saved, categories, tangent, tau
    )
    return from_rows(hard, axis), from_rows(soft, axis)


def _first(array: torch.Tensor | None) -> torch.Tensor | None:
    return None if array is None else array[0]


def _mapped_as(output: torch.Tensor, *others: Any) -> torch.Tensor:
    """An output, which vmap maps over wherever it maps over something that the pullback depends on.

    Otherwise vmap would add up the cotangents of all copies of the output and give the sum to the
    pullback of each copy.
    """
    for other in others:
        if isinstance(other, torch.Tensor):
            is_there = other == other
            output = torch.where(is_there.all(-1, keepdim=True), output, output)
    return output


def keep(
    ctx: Any,
    estimator: Estimator,
    settings: Settings,
    axis: int | None,
    saved: Saved,
    tau: Tau | None,
) -> None:
    """Save for both modes; ``saved.soft`` is in the layout of the logits."""
    number, tensor = (None, tau) if isinstance(tau, torch.Tensor) else (tau, None)
    ctx.static = estimator, settings, axis, number
    ctx.save_for_backward(*saved, tensor)
    ctx.save_for_forward(*saved, tensor)


def kept(ctx: Any) -> tuple[Estimator, Settings, int | None, Saved, Tau | None]:
    """What :func:`keep` saved, categories last."""
    logits, soft, index, words, tensor = ctx.saved_tensors
    estimator, settings, axis, number = ctx.static
    saved = Saved(logits, to_rows(soft, axis), index, words)
    return estimator, settings, axis, saved, number if tensor is None else tensor


def to_rows(array: torch.Tensor | None, axis: int | None) -> torch.Tensor | None:
    """An array in the layout of the user, or None, as rows with the categories last."""
    if array is None or axis == -1:
        return array
    return array.unsqueeze(-1) if axis is None else array.movedim(axis, -1)


def from_rows(rows: torch.Tensor, axis: int | None) -> torch.Tensor:
    """The way back."""
    return rows.squeeze(-1) if axis is None else rows.movedim(-1, axis)


def to_samples(hard: torch.Tensor | None, axis: int | None, saved: Saved) -> torch.Tensor | None:
    """A cotangent of y_hard as rows, and several samples along one first axis."""
    hard = to_rows(hard, axis)
    if hard is None or saved.index.ndim == saved.logits.ndim:
        return hard
    return hard.reshape(*saved.index.shape[:-1], hard.shape[-1])
