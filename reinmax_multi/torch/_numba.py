"""Rows on a CPU, by the loops that Numba compiles."""

from __future__ import annotations

import torch

from .._core.estimator import FORWARD_TAU, Estimator, Settings
from .._core.residuals import Saved, Tau
from .._kernels.numba import Kernels
from ._whole import WHOLE

NAMES = {
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
    torch.float32: "float32",
    torch.float64: "float64",
}


class Numba:
    """See :class:`._rows.Rows`; for a record that has Jacobians."""

    def __init__(self, kernels: Kernels) -> None:
        self.kernels = kernels

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        logits = logits.contiguous()
        if sample is not None:
            sample = sample.contiguous()
        size = logits.shape[-1]
        hard, soft = torch.empty_like(logits), torch.empty_like(logits)
        index = torch.empty((*logits.shape[:-1], 1), dtype=torch.int64)
        self.kernels.forward(
            NAMES[logits.dtype],
            logits.numel() // size,
            size,
            _addresses(logits, noise, sample, hard, soft, index),
            forward_tau,
            torch.get_num_threads(),
        )
        return hard, soft, index

    def pullback(
        self,
        estimator: Estimator,
        settings: Settings,
        saved: Saved,
        hard_cotangent: torch.Tensor | None,
        soft_cotangent: torch.Tensor | None,
        tau: Tau | None,
    ) -> torch.Tensor | None:
        logits, soft, index, _ = saved
        given = [each for each in (hard_cotangent, soft_cotangent) if each is not None]
        if estimator.jacobians is None or not all(_is_like(each, logits) for each in given):
            core = core_for(logits)
            return core.pullback(estimator, settings, saved, hard_cotangent, soft_cotangent, tau)
        if not given:
            return None
        logits, soft, g, h = map(_in_order, (logits, soft, hard_cotangent, soft_cotangent))
        result, size = torch.empty_like(logits), logits.shape[-1]
        self.kernels.pullback(
            NAMES[logits.dtype],
            logits.numel() // size,
            size,
            _addresses(logits, soft, index, g, h, result),
            estimator.jacobians,
            settings,
            None if tau is None else float(tau),
            torch.get_num_threads(),
        )
        return result


def _is_like(cotangent: torch.Tensor, logits: torch.Tensor) -> bool:
    """Whether a cotangent is as it comes from autograd, and no tensor of another kind."""
    return type(cotangent) is torch.Tensor and cotangent.dtype == logits.dtype


def _in_order(rows: torch.Tensor | None) -> torch.Tensor | None:
    """The rows one after the other in memory; a view may also be one that stands for its negative."""
    return None if rows is None else rows.resolve_neg().contiguous()


def _addresses(*arrays: torch.Tensor | None) -> tuple[int, ...]:
    return tuple(0 if array is None else array.data_ptr() for array in arrays)
