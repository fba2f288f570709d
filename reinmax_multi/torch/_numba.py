"""Rows on a CPU, by the loops that Numba compiles."""

from __future__ import annotations

from typing import Any, cast

import torch

from .._core.estimator import Estimator, Settings
from .._core.jacobians import Jacobians
from .._core.residuals import Saved, Tau, is_of_rows
from .._kernels.coefficients import coefficients
from .._kernels.numba import Kernels
from .._kernels.threads import share
from ._blocks import core_for


class Numba:
    """See :class:`.._kernels.rows.Rows`; for a record that has Jacobians."""

    def __init__(self, kernels: Kernels) -> None:
        self.kernels = kernels
        self.forms = {getattr(torch, name): form for name, form in kernels.forms.items()}

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        logits = logits.contiguous()
        sample = None if sample is None else sample.contiguous()
        size = logits.shape[-1]
        hard, soft = torch.empty_like(logits), torch.empty_like(logits)
        index = noise  # in one stage, a row's number is read before its category is written
        if index is None or index.shape[-1] > 1:
            index = torch.empty((*logits.shape[:-1], 1), dtype=torch.int64)
        arguments = (
            *self.forms[logits.dtype],
            logits.data_ptr(),
            0 if noise is None else noise.data_ptr(),
            0 if sample is None else sample.data_ptr(),
            hard.data_ptr(),
            soft.data_ptr(),
            index.data_ptr(),
            size,
            forward_tau,
        )
        kernel = self.kernels.of(size).forward
        share(kernel, arguments, index.numel(), size, torch.get_num_threads)
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
        g, h = hard_cotangent, soft_cotangent
        if not (_is_like(g, saved.logits) and _is_like(h, saved.logits)) or is_of_rows(tau):
            return core_for(estimator, saved.logits).pullback(estimator, settings, saved, g, h, tau)
        if g is None and h is None:
            return None
        logits, soft, index, g, h = map(_in_order, (*saved[:3], g, h))
        jacobians = cast(Jacobians, estimator.jacobians)
        result, size = torch.empty_like(logits), logits.shape[-1]
        arguments = (
            *self.forms[logits.dtype],
            logits.data_ptr(),
            soft.data_ptr(),
            index.data_ptr(),
            0 if g is None else g.data_ptr(),
            0 if h is None else h.data_ptr(),
            result.data_ptr(),
            size,
            *coefficients(jacobians, settings, None if tau is None else float(tau)),
        )
        kernel = self.kernels.of(size).pullback
        share(kernel, arguments, index.numel(), size, torch.get_num_threads)
        return result


def _is_like(cotangent: torch.Tensor | None, logits: torch.Tensor) -> bool:
    """Whether a cotangent, if there is one, is of the kind and the dtype of the logits."""
    return cotangent is None or (
        type(cotangent) is torch.Tensor and cotangent.dtype == logits.dtype
    )


def _in_order(rows: Any) -> Any:
    """The rows one after the other in memory, and not a view that stands for its negative."""
    return None if rows is None else rows.resolve_neg().contiguous()
