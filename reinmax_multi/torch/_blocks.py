"""Long batches on a CPU, a block of rows at a time.

Eager PyTorch allocates the result of every operation. Beyond a few MiB that is new memory, whose
pages are faulted in one by one, which takes longer than the operation, and the next operation reads
from main memory what the last one wrote. A block of rows stays in the cache.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

BLOCK = 2**19
"""Elements; between 2**18 and 2**20 measured the same."""


def is_long(rows: torch.Tensor) -> bool:
    """Whether ``rows``, (..., K), are on a CPU and make more than one block."""
    size = rows.shape[-1]
    return rows.device.type == "cpu" and rows.numel() // size > _rows_of_a_block(size)


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
