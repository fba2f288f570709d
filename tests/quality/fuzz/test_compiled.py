"""Promise: a function that was compiled once is right for any numbers; only in the long run."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

import backends
from tests.conformance.problem import Problem
from tests.quality.fuzz.judge import assert_products, assert_sample
from tests.quality.fuzz.strategies import logits, vectors

SLOW_SHARE = 20
"""How many times fewer examples run in the sheet's slow modes."""


def test_reverse_mode(driver, sheet: backends.Sheet, estimator, mode, dtype, case):
    problem = Problem(driver, estimator, dtype, case)
    function, arrays = problem.call(**driver.ambient(1))
    pull = driver.pullback_of(mode, function, len(arrays))
    shape = np.moveaxis(np.empty(case.shape), case.axis, -1).shape
    share = SLOW_SHARE if mode in sheet.slow_modes else 1

    @settings(max_examples=max(10, settings().max_examples // (10 * share)))
    @given(logits(shape, dtype), vectors(shape, dtype), vectors(shape, dtype))
    def run(theta: np.ndarray, g: np.ndarray, h: np.ndarray) -> None:
        placed = [
            driver.asarray(np.moveaxis(array, -1, case.axis), dtype) for array in (theta, g, h)
        ]
        problem.logits, problem.g, problem.h = placed
        sample, cotangent = pull(problem.logits, *arrays[1:], problem.g, problem.h)
        assert_sample(problem, sample, None)
        both = [(problem.last(problem.g), True), (problem.last(problem.h), False)]
        assert_products(problem, cotangent, sample[0], both)

    run()
