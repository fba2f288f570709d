"""Promise: threads that draw at the same time, each from its own seed, get what they get alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from tests.conformance.cases import LONG, Case
from tests.conformance.problem import Problem

pytestmark = pytest.mark.of_each_kind

THREADS = 8
DRAWS = 10


def test_threads_draw_what_they_draw_alone(driver, estimator):
    problem = Problem(driver, estimator, case=Case("two-stages", LONG, -1, 1.5))
    start = Barrier(THREADS)

    def work(seed, wait=start.wait):
        """A run of samples and gradients from one source of randomness."""
        wait()
        randomness = driver.randomness(seed)
        results = [problem.pullback("eager", **randomness) for _ in range(DRAWS)]
        return np.array([[problem.last(sample[0]), problem.last(c)] for sample, c in results])

    alone = [work(seed, wait=lambda: None) for seed in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(work, range(THREADS)))
    assert np.array_equal(alone, together)
    assert len(np.unique(np.array(alone)[:, 0, 0].reshape(THREADS, -1), axis=0)) == THREADS
