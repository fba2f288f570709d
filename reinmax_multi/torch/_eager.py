"""The custom gradient where nothing transforms or traces it: autograd over :mod:`._rows`."""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import forward_ad

from .._call.prepare import Call
from .._core.estimator import FORWARD_TAU, Estimator
from .._core.residuals import Saved
from ._rows import choose
from ._transformed import differentiable_pullback, keep, kept, pushforward_of, to_rows


def eager(estimator: Estimator, call: Call) -> tuple[torch.Tensor, torch.Tensor]:
    """y_hard and y_soft, with the categories where they are in the logits."""
    if torch.is_grad_enabled() and call.rows.requires_grad or forward_ad._current_level >= 0:
        hard, soft = Eager.apply(call.rows, estimator, call)  # type: ignore[no-untyped-call]
        return hard, soft
    hard, soft, _ = _drawn(estimator, call)
    return hard, soft


class Eager(torch.autograd.Function):
    """``apply(rows, estimator, call)``: y_hard and y_soft, with the categories along the axis.

    There is no ``setup_context``, whose call inspects signatures for longer than the smallest
    kernels take.
    """

    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> tuple[torch.Tensor, torch.Tensor]:
        rows, estimator, call = inputs
        hard, soft, index = _drawn(estimator, call)
        saved = Saved(rows, soft, index, call.words)
        keep(ctx, estimator, call.settings, call.axis, saved, call.tau)
        ctx.set_materialize_grads(False)
        return hard, soft

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> tuple[Any, ...]:
        if torch.is_grad_enabled():  # a graph for second derivatives
            return differentiable_pullback(ctx, cotangents), None, None
        estimator, settings, axis, saved, tau = kept(ctx)
        hard, soft = (to_rows(cotangent, axis) for cotangent in cotangents)
        rows = choose(estimator, saved.logits)
        return rows.pullback(estimator, settings, saved, hard, soft, tau), None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: torch.Tensor | None) -> tuple[Any, ...]:
        return pushforward_of(ctx, tangents[0])


def _drawn(estimator: Estimator, call: Call) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    rows = choose(estimator, call.rows)
    forward_tau = call.settings.get(FORWARD_TAU, 1.0)
    hard, soft, index = rows.forward(call.rows, call.noise, call.sample, forward_tau)
    return _placed(hard, call.axis), _placed(soft, call.axis), index


def _placed(rows: torch.Tensor, axis: int) -> torch.Tensor:
    """Rows with the categories along ``axis``, and no view: a user may write into what a Function
    returns, but not into a view that is one of several outputs.
    """
    placed = rows if axis == -1 else rows.movedim(-1, axis)
    return placed.data if placed._is_view() else placed
