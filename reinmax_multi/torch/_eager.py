"""The custom gradient where nothing transforms or traces it: autograd over :mod:`._rows`."""

from __future__ import annotations

from typing import Any

import torch

from .._core.estimator import FORWARD_TAU
from .._core.residuals import Saved
from ._rows import choose
from ._transformed import Transformed, for_logits, keep, kept, to_rows


class Eager(torch.autograd.Function):
    """``apply(estimator, settings, axis, logits, noise, sample, words, tau)``: y_hard and y_soft.

    The logits have the categories last, y_hard and y_soft along ``axis``. There is no
    ``setup_context``, whose call inspects signatures for longer than the smallest kernels take.
    """

    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> tuple[torch.Tensor, torch.Tensor]:
        estimator, settings, axis, logits, noise, sample, words, tau = inputs
        rows, forward_tau = choose(estimator, logits), settings.get(FORWARD_TAU, 1.0)
        hard, soft, index = rows.forward(logits, noise, sample, forward_tau)
        hard, soft = _placed(hard, axis), _placed(soft, axis)
        keep(ctx, estimator, settings, axis, Saved(logits, soft, index, words), tau)
        ctx.set_materialize_grads(False)
        return hard, soft

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> tuple[Any, ...]:
        if torch.is_grad_enabled():  # a graph for second derivatives
            return Transformed.backward(ctx, *cotangents)
        estimator, settings, axis, saved, tau = kept(ctx)
        hard, soft = (to_rows(cotangent, axis) for cotangent in cotangents)
        rows = choose(estimator, saved.logits)
        return for_logits(rows.pullback(estimator, settings, saved, hard, soft, tau))

    @staticmethod
    def jvp(ctx: Any, *tangents: torch.Tensor | None) -> tuple[Any, ...]:
        return Transformed.jvp(ctx, *tangents)[:2]


def _placed(rows: torch.Tensor, axis: int) -> torch.Tensor:
    """Rows with the categories along ``axis``, and not a view: PyTorch allows in-place writes to
    what a Function returns, but not to a view that is one of several outputs.
    """
    placed = rows if axis == -1 else rows.movedim(-1, axis)
    return placed.data if placed._is_view() else placed
