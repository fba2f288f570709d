"""Time steps that take turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

ROUNDS = 15
ROUND_SECONDS = 0.5

Step: TypeAlias = Callable[[int], Any]
"""Takes the step of a number; ``float`` of the result waits until it is done."""


def seconds(steps: Sequence[Step]) -> list[float]:
    """The least time of each over rounds in which they take turns: other processes only add."""
    count, taken = 1, []
    while _round(steps[0], count) < ROUND_SECONDS:
        count *= 2
    for _ in range(ROUNDS):
        taken.append([_round(step, count) / count for step in steps])
    return np.min(taken, axis=0).tolist()


def _round(step: Step, count: int) -> float:
    float(step(1))  # compiles, and leaves nothing pending
    start = time.perf_counter()
    for number in range(2, count + 2):
        loss = step(number)
    float(loss)
    return time.perf_counter() - start
