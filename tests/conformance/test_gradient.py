"""Promise: the derivative is the matrix of the estimator, in reverse and in forward mode."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conformance.cases import Case
from tests.conformance.oracle import Result
from tests.conformance.problem import Problem

GOLDEN = Path(__file__).parent.parent / "golden" / "golden.json"
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]


def test_pullback_of_a_draw(driver, estimator, mode, dtype, case):
    problem = Problem(driver, estimator, dtype, case)
    sample, cotangent = problem.pullback(mode, **driver.ambient(11))
    problem.assert_outputs(sample)
    problem.assert_like_logits(cotangent)
    problem.assert_close(cotangent, problem.right_pullback(sample[0]))


def test_pushforward_of_a_draw(driver, estimator, forward_mode, dtype, case):
    problem = Problem(driver, estimator, dtype, case)
    call = problem.call(**driver.ambient(12))
    sample, tangents = driver.pushforward(forward_mode, *call, problem.v)
    problem.assert_outputs(sample)
    right = problem.oracle(sample[0]).pushforward(problem.last(problem.v))
    for tangent, expected in zip(tangents, right, strict=True):
        problem.assert_like_logits(tangent)
        problem.assert_close(tangent, expected)


def test_pushforward_and_pullback_are_adjoint(driver, estimator, forward_mode):
    """<g, W v> + <h, J v> = <W g + J h, v>, without the oracle."""
    problem = Problem(driver, estimator)
    given = problem.sample()
    _, cotangent = problem.pullback("eager", sample=given)
    _, tangents = driver.pushforward(forward_mode, *problem.call(sample=given), problem.v)
    g, h, v = map(problem.last, (problem.g, problem.h, problem.v))
    forward = g * problem.last(tangents[0]) + h * problem.last(tangents[1])
    reverse = problem.last(cotangent) * v
    terms = np.abs(forward).max(-1) + np.abs(reverse).max(-1)
    problem.assert_numbers(forward.sum(-1), reverse.sum(-1), terms, problem.dtype)


@pytest.mark.parametrize("golden", CASES, ids=[case["name"] for case in CASES])
def test_golden_data(driver, dtype, golden):
    numbers = {
        name: np.array([[float(number) for number in row] for row in golden[name]])
        for name in golden.keys() - {"name", "estimator", "tau", "sample"}
    }
    case = Case(golden["name"], numbers["logits"].shape, -1, golden["tau"])
    problem = Problem(driver, golden["estimator"], dtype, case, numbers["logits"])
    problem.g = driver.asarray(numbers["hard_cotangent"], dtype)
    problem.h = driver.asarray(numbers["soft_cotangent"], dtype)
    given = driver.asarray(np.array(golden["sample"]), "int64")
    (hard, soft), cotangent = problem.pullback("eager", sample=given)
    assert np.array_equal(problem.last(hard), np.eye(case.shape[-1])[golden["sample"]])
    pi = numbers["y_soft"]
    problem.assert_close(soft, Result(pi, pi.max(-1, keepdims=True)))
    value = numbers["pullback_hard"] + numbers["pullback_soft"]
    problem.assert_close(cotangent, Result(value, problem.right_pullback(hard).terms))


@pytest.mark.parametrize("drawn", [0, 2])
def test_a_constant_in_a_vector_costs_no_digits(driver, estimator, drawn):
    """In either mode, though one framework or the other makes it by transposing its counterpart."""
    case = Case("two likely", (1, 3), -1, 1.0)
    problem = Problem(driver, estimator, "float32", case, np.array([[0.0, 0.0, -30.0]]))
    constant = driver.asarray(np.array([[1000.3, 1000.3, -1.0]]), "float32")
    problem.g = problem.h = problem.v = constant
    given = driver.asarray(np.array([drawn]), "int64")
    (hard, _), cotangent = problem.pullback("eager", sample=given)
    _, tangents = driver.pushforward("eager", *problem.call(sample=given), problem.v)
    beside = problem.last(constant) - problem.last(constant)[:, [drawn]]
    oracle = problem.oracle(hard)
    problem.assert_close(cotangent, oracle.pullback(beside, beside))
    for tangent, expected in zip(tangents, oracle.pushforward(beside), strict=True):
        problem.assert_close(tangent, expected)
