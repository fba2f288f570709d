"""Promise: every transform gives the stated derivative, and none draws a second time.

The loss is cubic in both outputs, so a gradient fits only the sample that the forward pass drew: a
backward pass that drew anew would be found out.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.cases import PLAIN
from tests.conformance.problem import PLAIN_CASE, Problem

each_source = pytest.mark.parametrize("source", ["drawn", "given"])


def eighths(seed):
    """Random multiples of 1/8, which every dtype holds exactly: a cast on the way costs nothing."""
    return np.round(8 * np.random.default_rng(seed).standard_normal(PLAIN)) / 8


A, B, C = map(eighths, (1, 2, 3))


class CubicLoss:
    """sum A (y_hard - C)^3 + sum B y_soft^3, as a program, and its derivatives from the oracle."""

    def __init__(self, driver, estimator, source, dtype="float32"):
        problem = self.problem = Problem(driver, estimator, dtype, PLAIN_CASE, eighths(4))
        bound = getattr(driver.package, estimator)
        a, b, c = (driver.asarray(values, dtype) for values in (A, B, C))
        options = {"tau": problem.case.tau, driver.axis: problem.case.axis}
        options |= {"sample": problem.sample()} if source == "given" else driver.ambient(9)

        def program(logits, **randomness):
            """The loss, in the dtype of the problem whatever the logits came in, and y_hard."""
            sample = bound(logits, **{**options, **randomness})
            hard, soft = (driver.cast(part, dtype) for part in sample)
            return driver.sum(a * (hard - c) ** 3) + driver.sum(b * soft**3), sample.y_hard

        self.program = program

    def gradient(self, hard):
        """The gradient, and the largest terms of its rows."""
        oracle = self.problem.oracle(hard)
        return oracle.pullback(3 * A * (oracle.y_hard - C) ** 2, 3 * B * oracle.y_soft**2)


@each_source
def test_gradient(driver, estimator, gradient, source):
    loss = CubicLoss(driver, estimator, source)
    actual, hard = driver.gradients[gradient](loss.program, loss.problem.logits)
    loss.problem.assert_like_logits(actual)
    loss.problem.assert_close(actual, loss.gradient(hard), driver.dtype_of(hard))


@each_source
def test_gradient_is_the_same_bit_for_bit(driver, estimator, repeating_gradient, source):
    """What runs the forward pass again for the backward pass meets the same sample, to the bit."""
    loss = CubicLoss(driver, estimator, source)
    repeated, hard = driver.gradients[repeating_gradient](loss.program, loss.problem.logits)
    loss = CubicLoss(driver, estimator, source)
    plain, same = driver.gradients[driver.same_bits[repeating_gradient]](
        loss.program, loss.problem.logits
    )
    assert np.array_equal(loss.problem.last(hard), loss.problem.last(same))
    assert np.array_equal(loss.problem.last(repeated), loss.problem.last(plain))


@each_source
def test_derivative(driver, estimator, derivative, source):
    loss = CubicLoss(driver, estimator, source)
    v = loss.problem.last(loss.problem.v)
    actual, hard = driver.derivatives[derivative](loss.program, loss.problem.logits, loss.problem.v)
    right = loss.gradient(hard)
    terms = (np.abs(v) * right.terms).sum()
    loss.problem.assert_scalar(actual, (right.value * v).sum(), terms)


def test_refused_transform_never_returns(driver, estimator, refused):
    transform, error, message = driver.refused[refused]
    loss = CubicLoss(driver, estimator, "drawn")
    with pytest.raises(error, match=message):
        transform(loss.program, loss.problem.logits)
