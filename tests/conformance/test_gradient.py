"""Promise: the derivative is the matrix of the estimator, in reverse and in forward mode."""

from __future__ import annotations

import numpy as np
import pytest

from reinmax_multi import estimators
from reinmax_multi._core.gradient import forward, pullback
from reinmax_multi._core.residuals import Saved
from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.oracles.golden import cases
from tests.oracles.oracle import Oracle, Result
from tests.oracles.words import is_random

PULLBACKS = ("pullback_hard", "pullback_soft")
CASES = cases()


def test_pullback_of_a_draw(driver, estimator, mode, dtype, case):
    problem = Problem(driver, estimator, dtype, case)
    sample, cotangent = problem.pullback(mode, ambient=11)
    problem.assert_outputs(sample)
    problem.assert_like_logits(cotangent)
    problem.assert_close(cotangent, problem.right_pullback(sample[0]))


def test_pushforward_of_a_draw(driver, estimator, forward_mode, dtype, case):
    problem = Problem(driver, estimator, dtype, case)
    sample, tangents = problem.pushforward(forward_mode, ambient=12)
    problem.assert_outputs(sample)
    right = problem.oracle(sample[0]).pushforward(problem.last(problem.v))
    for tangent, expected in zip(tangents, right, strict=True):
        problem.assert_like_logits(tangent)
        problem.assert_close(tangent, expected)


def test_pushforward_and_pullback_are_adjoint(driver, estimator, forward_mode):
    """<g, W^T v> + <h, J v> = <W g + J h, v>, without the oracle.

    A random W is that of the same words, which a batched mode may draw for its batch at once.
    """
    problem = Problem(driver, estimator)
    given = problem.sample()
    mode = forward_mode if is_random(estimator) else "eager"
    _, cotangent = problem.pullback(mode, sample=given)
    _, tangents = problem.pushforward(forward_mode, sample=given)
    g, h, v = map(problem.last, (problem.g, problem.h, problem.v))
    forward = g * problem.last(tangents[0]) + h * problem.last(tangents[1])
    reverse = problem.last(cotangent) * v
    terms = np.abs(forward).max(-1) + np.abs(reverse).max(-1)
    problem.assert_numbers(forward.sum(-1), reverse.sum(-1), terms, problem.dtype)


@pytest.mark.parametrize("golden", CASES, ids=[case["name"] for case in CASES])
def test_golden_data(driver, dtype, golden):
    numbers = {
        name: np.array([[float(number) for number in row] for row in golden[name]])
        for name in ("logits", "hard_cotangent", "soft_cotangent", "y_soft", *PULLBACKS)
    }
    case = Case(golden["name"], numbers["logits"].shape, -1, golden["tau"])
    problem = Problem(driver, golden["estimator"], dtype, case, numbers["logits"])
    problem.g = driver.asarray(numbers["hard_cotangent"], dtype)
    problem.h = driver.asarray(numbers["soft_cotangent"], dtype)
    given = np.array(golden["sample"])
    hard, soft, cotangent = derivative(problem, given, golden["settings"], golden["words"])
    assert np.array_equal(problem.last(hard), np.eye(case.shape[-1])[given])
    pi = numbers["y_soft"]
    problem.assert_close(soft, Result(pi, pi.max(-1, keepdims=True)))
    value = sum(numbers[name] for name in PULLBACKS)
    words = None if golden["words"] is None else np.array(golden["words"])
    oracle = Oracle(
        golden["estimator"], numbers["logits"], golden["tau"], given, golden["settings"], words
    )
    terms = oracle.pullback(problem.last(problem.g), problem.last(problem.h)).terms
    problem.assert_close(cotangent, Result(value, terms))


def derivative(problem, given, settings, words):
    """Both outputs and the cotangent of the logits; from the core if the noise is prescribed."""
    driver = problem.driver
    if words is None:
        bound = getattr(driver.package, problem.estimator)
        sample, cotangent = driver.pullback(
            "eager",
            lambda logits, sample: bound(logits, problem.case.tau, sample=sample, **settings),
            [problem.logits, driver.asarray(given, "int64")],
            [problem.g, problem.h],
        )
        return *sample, cotangent
    record, xp = getattr(estimators, problem.estimator), driver.namespace
    categories = driver.asarray(np.arange(problem.case.shape[-1]), "int64")
    index = driver.asarray(given[:, None], "int64")
    with driver.around_core():
        hard, soft, _ = forward(xp, problem.logits, categories, sample=index)
        saved = Saved(problem.logits, soft, index, driver.asarray(np.array(words), "int32"))
        cotangents = problem.g, problem.h
        result = pullback(xp, record, settings, saved, categories, *cotangents, problem.case.tau)
        return hard, soft, result


@pytest.mark.parametrize("drawn", [0, 2])
@pytest.mark.parametrize("tau", [1.0, 1.5])
def test_a_constant_in_a_vector_costs_no_digits(driver, estimator, tau, drawn):
    """In either mode, though one framework or the other makes it by transposing its counterpart."""
    case = Case("two likely", (1, 3), -1, tau)
    problem = Problem(driver, estimator, "float32", case, np.array([[0.0, 0.0, -30.0]]))
    constant = driver.asarray(np.array([[1000.3, 1000.3, -1.0]]), "float32")
    problem.g = problem.h = problem.v = constant
    given = driver.asarray(np.array([drawn]), "int64")
    (hard, _), cotangent = problem.pullback("eager", sample=given)
    _, tangents = driver.pushforward("eager", *problem.call(sample=given), problem.v)
    relative = problem.last(constant) - problem.last(constant)[:, [drawn]]
    oracle = problem.oracle(hard)
    problem.assert_close(cotangent, oracle.pullback(relative, relative))
    for tangent, expected in zip(tangents, oracle.pushforward(relative), strict=True):
        problem.assert_close(tangent, expected)
