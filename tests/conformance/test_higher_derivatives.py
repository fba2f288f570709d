"""Promise: derivatives of the stated pullback, the sample held fixed, by logits and cotangents.

The variable x holds the logits and the cotangents g and h, so that every direction moves all three,
and the loss is cubic in the outputs besides. Only these tests of the suite need mpmath.
"""

from __future__ import annotations

import functools
import importlib

import numpy as np
import pytest

from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.oracles.words import is_random

pytestmark = pytest.mark.of_each_kind

SHAPE = (2, 3)
ROUND = np.round(8 * np.random.default_rng(5).standard_normal((5, 3, *SHAPE))) / 8
X, C, U, V, W = ROUND  # multiples of 1/8
each_tau = pytest.mark.parametrize("tau", [1.0, 1.5])


@pytest.fixture(scope="module")
def oracle():
    """Imported here, so that the suite is collected where mpmath is missing."""
    return importlib.import_module("tests.oracles.high_precision")


def loss(x, hard, soft, c):
    """<g, y_hard> + <h, y_soft>, and cubes and products of both."""
    _, g, h = x
    return g * hard + h * soft + c[0] * (hard - c[1]) ** 3 + g * soft**3 + c[2] * hard * soft * h


@functools.cache
def expected(oracle, call, directions):
    """The derivative along all directions, the first one first, and the size of its terms.

    The terms are the derivatives along the coordinates of the first direction: their sum is the
    result, and it may be much smaller than they are.
    """
    with oracle.working_digits():
        c, one_hot = map(oracle.exact, (C, np.eye(SHAPE[-1])[list(call.index)]))
        first, *others = map(oracle.exact, map(np.array, directions))
        forward_tau = dict(call.settings).get("forward_tau", 1.0)

        def along(start):
            def function(x, hard):
                return loss(x, hard, oracle.soft(x[0], forward_tau), c).sum()

            for direction in (start, *others):
                function = oracle.derivative(function, direction, call)
            return function(oracle.exact(X), one_hot)

        coordinates = np.eye(first.size, dtype=int).reshape(-1, *first.shape)
        parts = [along(first * mask) for mask in coordinates]
        return float(sum(parts)), float(sum(map(abs, parts)))


def check(oracle, driver, estimator, tau, transform, *directions):
    """``transform`` takes the program, x and the directions."""
    problem = Problem(driver, estimator, "float64", Case("higher", SHAPE, -1, tau))
    bound, tau = getattr(driver.package, estimator), problem.case.tau
    c = driver.asarray(C, "float64")
    problem.seed = 9
    options = {**problem.settings, **driver.ambient(problem.seed)}

    def program(x):
        hard, soft = bound(x[0], tau, **options)
        return driver.sum(loss([x[0], x[1], x[2]], hard, soft, c)), hard

    arrays = (driver.asarray(values, "float64") for values in (X, *directions))
    actual, hard = transform(program, *arrays)
    words = frozen(problem.words()) if is_random(estimator) else None
    settings = tuple(problem.settings.items())
    call = oracle.Call(estimator, tau, tuple(problem.index(hard).tolist()), settings, words)
    problem.assert_scalar(actual, *expected(oracle, call, tuple(map(frozen, directions))))


def frozen(array):
    """The numbers of an array as tuples of tuples, which a cache can hold."""
    return array.item() if array.ndim == 0 else tuple(map(frozen, array))


@each_tau
def test_second_derivative(oracle, driver, estimator, curvature, tau):
    check(oracle, driver, estimator, tau, driver.curvatures[curvature], U, V)


@each_tau
def test_third_derivative(oracle, driver, estimator, third_derivative, tau):
    check(oracle, driver, estimator, tau, driver.third_derivatives[third_derivative], U, V, W)
