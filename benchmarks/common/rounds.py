"""Times by many short rounds that alternate between the candidates, in one process.

What disturbs a machine for a while then disturbs all candidates alike; the order changes from round
to round, so that none always follows the same other, whose data fills the caches.
"""

from __future__ import annotations

import gc
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

SHORTEST = 2e-3  # seconds; a faster step is called several times a round
FEWEST, MOST = 5, 300  # rounds


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one step: the quartiles over the rounds."""

    lower: float
    median: float
    upper: float
    rounds: int
    calls: int


def interleave(steps: Mapping[str, Callable[[], Any]], seconds: float) -> dict[str, Timing]:
    """The time of each step, in about ``seconds`` for all of them together."""
    calls = {}
    for name, step in steps.items():
        step()  # compiles
        once = min(_time(step, 1), _time(step, 1))
        calls[name] = max(1, math.ceil(SHORTEST / once))
    # The first round warms up; its time decides how many follow.
    start = time.perf_counter()
    for name, step in steps.items():
        _time(step, calls[name])
    rounds = min(MOST, max(FEWEST, round(seconds / (time.perf_counter() - start))))
    times: dict[str, list[float]] = {name: [] for name in steps}
    order = random.Random(0)
    gc.disable()
    try:
        for _ in range(rounds):
            for name in order.sample(list(steps), len(steps)):
                times[name].append(_time(steps[name], calls[name]))
    finally:
        gc.enable()
    quartiles = {name: 1e3 * np.percentile(times[name], (25, 50, 75)) for name in steps}
    return {name: Timing(*quartiles[name].round(5).tolist(), rounds, calls[name]) for name in steps}


def _time(step: Callable[[], Any], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        step()
    return (time.perf_counter() - start) / calls
