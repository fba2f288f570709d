"""Promise: arguments may be mapped over, alone or together, which gives what a loop gives."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.problem import Problem
from tests.oracles.oracle import Result

pytestmark = pytest.mark.of_each_kind

COUNT = 3
TAUS = np.array([1.0, 1.5, 4.0])
MAPPED = {
    "tau": (False, True, False),
    "sample": (False, False, True),
    "logits and tau": (True, True, False),
    "sample and tau": (False, True, True),
    "everything": (True, True, True),
}


@pytest.mark.parametrize("mapped", MAPPED.values(), ids=MAPPED)
def test_arguments_may_be_mapped_over(driver, tempered, argument_map, mapped):
    problem = Problem(driver, tempered)
    bound = getattr(driver.package, tempered)
    stacked = [
        driver.asarray(
            np.stack([driver.to_numpy(problem.logits) + n for n in range(COUNT)]), "float32"
        ),
        driver.asarray(TAUS, "float32"),
        driver.asarray(
            np.stack([driver.to_numpy(problem.sample(n)) for n in range(COUNT)]), "int64"
        ),
    ]
    cotangents = [problem.g, problem.h]

    def by(randomness):
        options = {driver.axis: problem.case.axis, **problem.settings, **randomness}
        return lambda logits, tau, sample: bound(logits, tau, sample=sample, **options)

    arrays = [part if flag else part[0] for part, flag in zip(stacked, mapped, strict=True)]
    result = driver.argument_maps[argument_map](by(driver.ambient(0)), arrays, cotangents, mapped)
    right = 0.0
    for n in range(COUNT):
        one = [part[n] if flag else part for part, flag in zip(arrays, mapped, strict=True)]
        _, cotangent = driver.pullback("eager", by(driver.ambient(0)), one, cotangents)
        right = right + problem.last(cotangent)
    size = np.abs(problem.last(problem.g)).max() + np.abs(problem.last(problem.h)).max()
    problem.assert_close(result, Result(right, np.full_like(right, COUNT * size)))
