"""The custom gradient where nothing transforms or traces it: autograd over :mod:`._rows`."""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import forward_ad

from .._call.prepare import Call
from .._core.estimator import FORWARD_TAU, Estimator
from .._core.residuals import Saved
from .._kernels.rows import Rows, sum_of_pullbacks
from . import _namespace as xp
from ._host import HOST
from ._rows import choose, unless_watched
from ._transformed import (
    differentiable_pullback,
    from_rows,
    keep,
    kept,
    pushforward_of,
    to_rows,
    to_samples,
)
from ._whole import Whole, whole_for


def eager(estimator: Estimator, call: Call) -> tuple[torch.Tensor, torch.Tensor]:
    """y_hard and y_soft, with the categories where they are in the logits."""
    logits = call.rows
    rows = choose(estimator, logits)
    if (torch.is_grad_enabled() and logits.requires_grad) or forward_ad._current_level >= 0:
        hard, soft = _apply(logits, estimator, call, rows)
    else:
        hard, soft, _ = _drawn(estimator, call, rows)
    return hard, soft


class Eager(torch.autograd.Function):
    """``apply(logits, estimator, call, rows)``: y_hard and y_soft, categories along the axis.

    There is no ``setup_context``, whose call inspects signatures for longer than the smallest
    kernels take.
    """

    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> tuple[torch.Tensor, torch.Tensor]:
        logits, estimator, call, ctx.rows = inputs
        hard, soft, index = _drawn(estimator, call, ctx.rows)
        saved = Saved(logits, soft, index, call.words)
        ctx.sample_shape = call.sample_shape
        keep(ctx, estimator, call.settings, call.axis, saved, call.tau)
        ctx.set_materialize_grads(False)
        return hard, soft

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> tuple[Any, ...]:
        if torch.is_grad_enabled():  # a graph for second derivatives
            return differentiable_pullback(ctx, cotangents), None, None, None
        estimator, settings, axis, saved, tau = kept(ctx)
        hard, soft = to_samples(cotangents[0], axis, saved), to_rows(cotangents[1], axis)
        rows = unless_watched(ctx.rows, estimator, saved.logits)
        call = estimator, settings, saved, hard, soft, tau
        if ctx.sample_shape and not isinstance(rows, Whole):
            result = sum_of_pullbacks(rows, xp, *call)
        else:
            result = rows.pullback(*call)
        return result, None, None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: torch.Tensor | None) -> tuple[Any, ...]:
        hard, soft = pushforward_of(ctx, tangents[0])
        return HOST.reshape(hard, ctx.sample_shape, 1, 0) if ctx.sample_shape else hard, soft


_apply: Any = super(torch.autograd.Function, Eager).apply
"""What ``Eager.apply`` comes to where torch.func is not active, as its caller knows."""


def _drawn(
    estimator: Estimator, call: Call, rows: Rows
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    forward_tau = call.settings.get(FORWARD_TAU, 1.0)
    way = whole_for(estimator) if call.sample_shape else rows
    hard, soft, index = way.forward(call.rows, call.noise, call.sample, forward_tau)
    if len(call.sample_shape) > 1:
        hard = HOST.reshape(hard, call.sample_shape, 1, 0).data
    if call.axis == -1:
        return hard, soft, index
    return _placed(hard, call.axis), _placed(soft, call.axis), index


def _placed(rows: torch.Tensor, axis: int | None) -> torch.Tensor:
    """Rows in the layout of the logits, and not a view: PyTorch allows in-place writes to what a
    Function returns, but not to a view that is one of several outputs.
    """
    return from_rows(rows, axis).data
