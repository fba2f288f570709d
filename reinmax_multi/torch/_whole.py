"""The core on all rows at once, an operation after the other."""

from __future__ import annotations

import torch

from .._core.estimator import Estimator, Settings
from .._core.passes import ROWS, VARIABLES, Passes, passes
from .._core.residuals import Saved, Tau
from . import _namespace as xp


class Whole:
    """See :class:`.._kernels.rows.Rows`."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        categories = categories_of(logits)
        hard, soft, index = self._passes.forward(
            xp, logits, categories, noise=noise, sample=sample, forward_tau=forward_tau
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
        categories = categories_of(saved.logits)
        cotangents = hard_cotangent, soft_cotangent
        result: torch.Tensor | None = self._passes.pullback(
            xp, estimator, settings, saved, categories, *cotangents, tau
        )
        return result


WHOLES = {each: Whole(each) for each in (ROWS, VARIABLES)}


def whole_for(estimator: Estimator) -> Whole:
    """The core for a record."""
    return WHOLES[passes(estimator)]


def categories_of(rows: torch.Tensor) -> torch.Tensor:
    """0 .. K - 1 for rows (..., K)."""
    return torch.arange(rows.shape[-1], device=rows.device)
