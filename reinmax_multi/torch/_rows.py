"""How eager PyTorch runs the two passes over the rows: the seam between autograd and kernels.

Only :mod:`._eager` uses it. Transforms, forward mode, double backward and tracing stay with the
core, so that an implementation of :class:`Rows` needs no rule for them.
"""

from __future__ import annotations

from typing import Any, Protocol

import torch

from .._core.estimator import Estimator, Settings
from .._core.gradient import forward, pullback
from .._core.residuals import Saved, Tau
from . import _namespace as xp
from ._blocks import by_blocks, is_long

Tensors = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class Rows(Protocol):
    """One way to run both passes; shapes and meanings as in :mod:`..._core.gradient`."""

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> Tensors:
        """y_hard, y_soft and the index, drawn by ``noise`` or taken from ``sample``."""

    def pullback(
        self,
        estimator: Estimator,
        settings: Settings,
        saved: Saved,
        hard_cotangent: torch.Tensor | None,
        soft_cotangent: torch.Tensor | None,
        tau: Tau | None,
    ) -> torch.Tensor | None:
        """The cotangent of the logits."""


class Core:
    """The core, one operation on all rows after the other."""

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> Tensors:
        categories = categories_of(logits)
        return forward(xp, logits, categories, noise=noise, sample=sample, forward_tau=forward_tau)

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
        return pullback(xp, estimator, settings, saved, categories, *cotangents, tau)


class Blocks:
    """Another implementation, a block of rows at a time."""

    def __init__(self, inner: Rows) -> None:
        self.inner = inner

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> Tensors:
        def block(logits: torch.Tensor, noise: Any, sample: Any) -> Tensors:
            return self.inner.forward(logits, noise, sample, forward_tau)

        hard, soft, index = by_blocks(block, logits, noise, sample)
        return hard, soft, index  # type: ignore[return-value]  # None only where ``block`` has None

    def pullback(
        self,
        estimator: Estimator,
        settings: Settings,
        saved: Saved,
        hard_cotangent: torch.Tensor | None,
        soft_cotangent: torch.Tensor | None,
        tau: Tau | None,
    ) -> torch.Tensor | None:
        def block(logits: Any, soft: Any, index: Any, words: Any, g: Any, h: Any) -> Any:
            part = Saved(logits, soft, index, words)
            return (self.inner.pullback(estimator, settings, part, g, h, tau),)

        (result,) = by_blocks(block, *saved, hard_cotangent, soft_cotangent)
        return result


CORE = Core()
BLOCKS = Blocks(CORE)


def choose(estimator: Estimator, logits: torch.Tensor) -> Rows:
    """The fastest way for these logits, (..., K), that can serve the estimator."""
    return BLOCKS if is_long(logits) else CORE


def categories_of(rows: torch.Tensor) -> torch.Tensor:
    """0 .. K - 1 for rows (..., K)."""
    return torch.arange(rows.shape[-1], device=rows.device)
