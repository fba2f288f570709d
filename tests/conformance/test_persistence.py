"""Promise: what a program stores or copies comes back and computes the same, bit for bit."""

from __future__ import annotations

import copy
import pickle
from functools import partial

import numpy as np
import pytest

from reinmax_multi import estimators
from tests.conformance.problem import Problem

pytestmark = pytest.mark.of_each_kind


def test_a_bound_estimator_is_pickled_by_its_name(driver, estimator):
    bound = getattr(driver.package, estimator)
    assert bound.__module__ == driver.package.__name__
    assert pickle.loads(pickle.dumps(bound)) is bound
    assert copy.deepcopy(bound) is bound


def test_a_record_comes_back_equal(estimator):
    record = getattr(estimators, estimator)
    assert pickle.loads(pickle.dumps(record)) == record
    assert copy.deepcopy(record) == record


def test_a_sample_comes_back_equal(driver, estimator):
    problem = Problem(driver, estimator)
    sample = driver.value("eager", *problem.call(sample=problem.sample()))
    again = pickle.loads(pickle.dumps(sample))
    assert type(again) is type(sample)
    for part, same in zip(sample, again, strict=True):
        assert np.array_equal(problem.last(part), problem.last(same))


def test_a_stored_function_computes_the_same(driver, estimator, round_trip):
    problem = Problem(driver, estimator)
    function = partial(getattr(driver.package, estimator), tau=problem.case.tau)

    def results(run):
        _, arrays = problem.call(sample=problem.sample())
        sample, cotangent = driver.pullback(
            "eager",
            lambda logits, given: run(logits, sample=given, **problem.options),
            arrays,
            [problem.g, problem.h],
        )
        return [*sample, cotangent]

    same = results(driver.round_trips[round_trip](function))
    for part, other in zip(results(function), same, strict=True):
        assert np.array_equal(problem.last(part), problem.last(other))
