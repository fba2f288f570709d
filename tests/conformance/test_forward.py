"""Promise: y_hard is exactly one-hot, y_soft is softmax(logits), and both are like the logits."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.conformance.cases import SHAPES
from tests.conformance.problem import PLAIN_CASE, Problem

each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)


@each_shape
def test_outputs_of_a_draw(driver, estimator, shape):
    problem = Problem(driver, estimator, case=shape)
    sample = driver.value("eager", *problem.call(**driver.randomness(3)))
    problem.assert_outputs(sample)
    for part in sample:
        assert driver.device_of(part) == driver.device_of(problem.logits)


def test_result_is_a_named_pair(driver, estimator):
    sample = driver.value("eager", *Problem(driver, estimator).call(**driver.randomness(0)))
    y_hard, y_soft = sample
    assert sample.y_hard is y_hard
    assert sample.y_soft is y_soft
    assert sample._fields == ("y_hard", "y_soft")


@pytest.mark.parametrize("integer", ["int8", "uint8", "int32", "int64"])
def test_a_given_sample_is_taken(driver, estimator, integer):
    problem = Problem(driver, estimator)
    categories = np.array([4, 0, 2, 1])
    sample = driver.value("eager", *problem.call(sample=driver.asarray(categories, integer)))
    problem.assert_outputs(sample)
    assert np.array_equal(problem.index(sample.y_hard), categories)


def test_y_soft_is_not_tempered(driver, tempered, dtype):
    problem = Problem(driver, tempered, dtype)
    soft = [
        driver.value("eager", *problem.call(tau=tau, sample=problem.sample())).y_soft
        for tau in (1.0, 30.0)
    ]
    assert np.array_equal(*map(problem.last, soft))


@each_shape
def test_an_axis_counts_from_either_end(driver, estimator, shape):
    from_end = Problem(driver, estimator, case=shape)
    case = dataclasses.replace(shape, axis=shape.axis + len(shape.shape))
    from_start = Problem(driver, estimator, case=case)
    sample, cotangent = from_end.pullback("eager", sample=from_end.sample())
    same, same_cotangent = from_start.pullback("eager", sample=from_end.sample())
    assert np.array_equal(from_end.last(sample[0]), from_end.last(same[0]))
    assert np.array_equal(from_end.last(cotangent), from_end.last(same_cotangent))


def test_memory_layout_changes_nothing(driver, estimator, layout):
    problem = Problem(driver, estimator)
    for name in ("logits", "g", "h"):
        setattr(problem, name, driver.layouts[layout](getattr(problem, name)))
    sample, cotangent = problem.pullback("eager", sample=problem.sample())
    problem.assert_outputs(sample)
    problem.assert_close(cotangent, problem.right_pullback(sample[0]))


def test_a_shift_of_the_logits_changes_nothing(driver, estimator):
    eighths = np.round(8 * np.random.default_rng(1).standard_normal(PLAIN_CASE.shape)) / 8
    plain, shifted = (Problem(driver, estimator, logits=eighths + far) for far in (0.0, 1024.0))
    plain.pullback("eager", sample=plain.sample())
    sample, cotangent = shifted.pullback("eager", sample=plain.sample())
    plain.assert_outputs(sample)
    plain.assert_close(cotangent, plain.right_pullback(sample[0]))
