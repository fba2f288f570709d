"""The moments of one estimator, enumerated or drawn, and its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ._evaluator import GRADIENT, finite
from ._joint import Categories, Joint, Numbers
from ._moments import BATCHES, Moments, Reference

TIMED_CALLS = 5

Gradient: TypeAlias = Callable[[int, int, Categories | None], Numbers]
"""See :meth:`._evaluator.Evaluator.gradient`."""


def enumerated(
    gradient: Gradient, joint: Joint, reference: Reference, batch_size: int
) -> Moments | None:
    """The exact moments; None when the estimator draws noise beyond the sample.

    It is taken to draw none if two seeds give the same gradients, bit for bit, in all
    configurations.
    """
    size = min(batch_size, joint.configurations)
    mean, square = np.zeros_like(reference.mean), 0.0
    for x, p in joint.enumerate(size):
        estimates = finite(GRADIENT, gradient(size, 0, x))
        if not np.array_equal(estimates, gradient(size, 1, x)):
            return None
        deviations = estimates - reference.mean
        mean = mean + p @ deviations
        square += float(p @ np.sum(deviations**2, axis=-1))
    return Moments(mean[None], np.array([square]))


def drawn(
    gradient: Gradient,
    joint: Joint,
    reference: Reference,
    size: int,
    calls: int,
    seed: int,
) -> tuple[Moments, int]:
    """Monte Carlo; the same samples for every estimator, in every framework."""
    generator = np.random.default_rng([seed, 1])
    means, squares = np.zeros((BATCHES, len(reference.mean))), np.zeros(BATCHES)
    for batch in range(BATCHES):
        for _ in range(calls):
            x = joint.draw(generator, size)
            estimates = finite(GRADIENT, gradient(size, int(generator.integers(2**31)), x))
            deviations = estimates - reference.mean
            means[batch] += deviations.mean(axis=0) / calls
            squares[batch] += np.sum(deviations**2) / (size * calls)
    return Moments(means, squares), BATCHES * calls * size


def seconds(gradient: Gradient, size: int) -> float:
    """The shortest time of a forward and backward pass that draws its samples, by their number."""
    times = []
    for call in range(TIMED_CALLS + 1):  # the first one compiles
        start = time.perf_counter()
        gradient(size, call, None)
        times.append(time.perf_counter() - start)
    return min(times[1:]) / size
