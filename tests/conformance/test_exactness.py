"""Promise: in the mean, ReinMax is exact on quadratic losses, and straight-through on linear ones.

f is a function of one one-hot row D, drawn from pi. The gradient of its mean by theta_k is
pi_k (f(e_k) - E f), so that all K categories decide the matter and no luck is needed.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.oracles.units import EPSILON

SIZES = (2, 3, 8, 100)
each_size = pytest.mark.parametrize("size", SIZES)


def relative_bias(driver, estimator, size, quadratic):
    """The greatest error of the mean gradient over its greatest entry; one row a category."""
    generator = np.random.default_rng(size)
    matrix = generator.standard_normal((size, size))
    matrix = matrix + matrix.T if quadratic else np.zeros_like(matrix)
    offset = generator.standard_normal(size)
    logits = np.tile(generator.standard_normal(size), (size, 1))
    case = Case(f"every-one-of-{size}", logits.shape, -1)
    problem = Problem(driver, estimator, "float64", case, logits)
    problem.g = driver.asarray(matrix + offset, "float64")
    problem.h = driver.asarray(np.zeros_like(matrix), "float64")
    (_, soft), cotangents = problem.pullback(
        "eager", sample=driver.asarray(np.arange(size), "int64")
    )
    pi = problem.last(soft)[0]
    losses = np.diag(matrix) / 2 + offset
    exact = pi * (losses - pi @ losses)
    return np.abs(pi @ problem.last(cotangents) - exact).max() / np.abs(exact).max()


@each_size
def test_reinmax_is_exact_on_quadratics(driver, size):
    assert relative_bias(driver, "reinmax", size, quadratic=True) < size * 8 * EPSILON["float64"]


@each_size
def test_straight_through_is_exact_on_linear_losses(driver, size):
    bias = relative_bias(driver, "straight_through", size, quadratic=False)
    assert bias < size * 8 * EPSILON["float64"]


@each_size
def test_straight_through_is_not_exact_on_quadratics(driver, size):
    assert relative_bias(driver, "straight_through", size, quadratic=True) > 0.05
