"""Long batches on a CPU, a block of rows at a time.

Eager PyTorch allocates the result of every operation. Beyond a few MiB that is new memory, whose
pages are faulted in one by one, which takes longer than the operation, and the next operation reads
from main memory what the last one wrote. A block of rows stays in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .._core.estimator import Estimator, Settings
from .._core.residuals import Saved, Tau, is_of_rows
from ._whole import WHOLES, Whole, whole_for

BLOCK = 2**19
"""Elements; between 2**18 and 2**20 measured the same."""


class Blocks:
    """See :class:`.._kernels.rows.Rows`."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        def block(logits: Any, noise: Any, sample: Any) -> Any:
            return self._whole.forward(logits, noise, sample, forward_tau)

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
        of_rows = None
        if is_of_rows(tau):
            of_rows = tau.expand(*saved.logits.shape[:-1], 1)  # type: ignore[union-attr]

        def block(logits: Any, soft: Any, index: Any, words: Any, g: Any, h: Any, own: Any) -> Any:
            part = Saved(logits, soft, index, words)
            return (
                self._whole.pullback(estimator, settings, part, g, h, tau if own is None else own),
            )

        (result,) = by_blocks(block, *saved, hard_cotangent, soft_cotangent, of_rows)
        return result


BLOCKS = {whole: Blocks(whole) for whole in WHOLES.values()}


def core_for(estimator: Estimator, rows: torch.Tensor) -> Whole | Blocks:
    """The core, in blocks if ``rows``, (..., K), are on a CPU and make more than one."""
    size, whole = rows.shape[-1], whole_for(estimator)
    is_long = rows.device.type == "cpu" and rows.numel() // size > _rows_of_a_block(size)
    return BLOCKS[whole] if is_long else whole


def by_blocks(
    function: Callable[..., tuple[torch.Tensor | None, ...]],
    first: torch.Tensor,
    *others: torch.Tensor | None,
) -> tuple[torch.Tensor | None, ...]:
    """``function`` of arrays (..., n) with the same leading axes, or None, by blocks of rows."""
    count = first.numel() // first.shape[-1]
    step = _rows_of_a_block(first.shape[-1])
    flat = [
        None if array is None else array.reshape(count, array.shape[-1])
        for array in (first, *others)
    ]
    results: list[torch.Tensor | None] = []
    for begin in range(0, count, step):
        block = slice(begin, begin + step)
        parts = function(*(None if array is None else array[block] for array in flat))
        if not results:
            results = [
                None if part is None else part.new_empty((count, part.shape[-1])) for part in parts
            ]
        for result, part in zip(results, parts, strict=True):
            if result is not None and part is not None:
                result[block] = part
    return tuple(
        None if result is None else result.reshape(*first.shape[:-1], -1) for result in results
    )


def _rows_of_a_block(size: int) -> int:
    return max(1, BLOCK // size)
