"""The rows of a long batch, divided among threads.

Python's own threads, and not those of Numba or OpenMP: the kernels release the interpreter, so
they run side by side; any number of calls may run at once, and a process may be forked. The rows
are taken in pieces, by whoever is free. So a core that is busy with something else takes fewer of
them, where a parallel loop that gives each thread its share waits for the slowest.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

PIECE = 2**15
"""Elements, which take some 50 microseconds; a thread takes as much to wake up."""
FEWEST_PIECES = 4

_pools: dict[int, ThreadPoolExecutor] = {}


def share(
    kernel: Callable[..., None],
    arguments: tuple[Any, ...],
    count: int,
    size: int,
    threads: Callable[[], int],
) -> None:
    """``kernel(*arguments, first, last)`` for all of ``count`` rows of ``size``, in pieces.

    ``threads`` tells how many may help. The caller takes pieces too, and a thread that has not
    begun when there are none left is not waited for: in a forked process, where there are no
    threads, the caller takes them all.
    """
    if count * size <= FEWEST_PIECES * PIECE or threads() == 1:
        kernel(*arguments, 0, count)
        return
    step = max(1, PIECE // size)
    starts, lock = iter(range(0, count, step)), Lock()

    def work() -> None:
        while True:
            with lock:
                first = next(starts, count)
            if first == count:
                return
            kernel(*arguments, first, min(first + step, count))

    helpers = _helpers(work, threads() - 1)
    work()
    for helper in helpers:
        if not helper.cancel():
            helper.result()


def _helpers(work: Callable[[], None], count: int) -> list[Future[None]]:
    if count not in _pools:
        _pools[count] = ThreadPoolExecutor(count, thread_name_prefix="reinmax_multi")
    try:
        return [_pools[count].submit(work) for _ in range(count)]
    except RuntimeError:  # the interpreter is shutting down and starts nothing any more
        return []


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pools.clear)
