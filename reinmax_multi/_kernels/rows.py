"""The seam between an adapter and what computes its rows."""

from __future__ import annotations

from typing import Protocol

from .._core.algebra import working_dtype
from .._core.estimator import Estimator, Settings
from .._core.namespace import Array, Namespace
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


def sum_of_pullbacks(
    rows: Rows,
    xp: Namespace,
    estimator: Estimator,
    settings: Settings,
    saved: Saved,
    hard_cotangent: Array | None,
    soft_cotangent: Array | None,
    tau: Tau | None,
) -> Array:
    """The cotangent of the logits of several samples, a pass over the rows for each."""
    total, h = None, soft_cotangent
    for number in range(1 if hard_cotangent is None else hard_cotangent.shape[0]):
        words = None if saved.words is None else saved.words[number, ...]
        one = saved._replace(index=saved.index[number, ...], words=words)
        g = None if hard_cotangent is None else hard_cotangent[number, ...]
        part = rows.pullback(estimator, settings, one, g, h, tau)
        part = xp.astype(part, working_dtype(xp, saved.logits.dtype), copy=False)
        if total is None:
            total, h = part, None
        else:
            total += part
    return xp.astype(total, saved.logits.dtype, copy=False)
