"""The seam between an adapter and what computes its rows."""

from __future__ import annotations

from typing import Protocol

from .._core.estimator import Estimator, Settings
from .._core.namespace import Array
from .._core.residuals import Saved, Tau


class Rows(Protocol):
    """One way to take both passes; shapes and meanings as in :mod:`.._core.gradient`."""

    def forward(
        self, logits: Array, noise: Array | None, sample: Array | None, forward_tau: float
    ) -> tuple[Array, Array, Array]:
        """y_hard, y_soft and the index, drawn by ``noise``, which may be overwritten, or taken from
        ``sample``.
        """

    def pullback(
        self,
        estimator: Estimator,
        settings: Settings,
        saved: Saved,
        hard_cotangent: Array | None,
        soft_cotangent: Array | None,
        tau: Tau | None,
    ) -> Array | None:
        """The cotangent of the logits."""
