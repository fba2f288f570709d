"""Bias against nonlinearity, and variance against temperature, of the whole family.

The loss is f(x) = exp(epsilon <w, x>) for a configuration x of two latents with four categories.
Its gradient is proportional to epsilon, its part of degree d in x to epsilon^d. An estimator that
is exact up to degree d has a bias of epsilon^(d + 1), so that the bias in units of the gradient has
slope d in log-log: 1 for the first order, 2 for the second, 0 for one that is not even exact on
linear losses. Expectations are enumerated, but for estimators that draw noise of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from reinmax_multi.diagnosis import Record
from reinmax_multi.torch import diagnose

EPSILONS = tuple(float(epsilon) for epsilon in np.geomspace(0.02, 1.28, 7))
TAUS = tuple(float(tau) for tau in np.geomspace(0.25, 4.0, 9))
TEMPERED_AT = 0.64
SHAPE = (2, 4)


def records(epsilon: float, taus: Sequence[float], num_samples: int) -> tuple[Record, ...]:
    """Each estimator on the loss of this epsilon."""
    generator = np.random.default_rng(0)
    logits, weights = (torch.from_numpy(generator.normal(size=SHAPE)) for _ in range(2))

    def loss(samples: torch.Tensor) -> torch.Tensor:
        return (epsilon * (samples * weights).sum((-1, -2))).exp()

    return diagnose(loss, logits, taus=taus, num_samples=num_samples).records


def measure(
    num_samples: int, advance: Callable[[], Any]
) -> tuple[dict[float, tuple[Record, ...]], tuple[Record, ...]]:
    """Records at tau = 1 for each epsilon, and those at each tau for one epsilon."""
    by_epsilon = {}
    for epsilon in EPSILONS:
        by_epsilon[epsilon] = records(epsilon, [1.0], num_samples)
        advance()
    by_tau = records(TEMPERED_AT, TAUS, num_samples)
    advance()
    return by_epsilon, by_tau


def slope(by_epsilon: dict[float, tuple[Record, ...]], estimator: str) -> float:
    """Of log relative bias against log epsilon, where bias is not lost in its error.

    NaN if that leaves fewer than three values of epsilon below 1/2, where higher orders are small.
    """
    points = [
        (np.log(epsilon), np.log(record["relative_bias"]))
        for epsilon, records in by_epsilon.items()
        for record in records
        if record["estimator"] == estimator
        and epsilon < 0.5
        and record["relative_bias"] > 4 * record["relative_bias_error"]
    ]
    return float(np.polyfit(*np.transpose(points), 1)[0]) if len(points) > 2 else float("nan")
