"""Promise: every transform gives the stated derivative, and none draws a second time.

The loss is cubic in both outputs, so a gradient fits only the sample that the forward pass drew: a
backward pass that drew anew would be found out: that two draws are equal in all 32 rows has a
probability below 1e-9.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.cases import EVERY_CASE, Case
from tests.conformance.problem import Problem
from tests.oracles.words import decoded, is_random, probe, probe_logits

pytestmark = pytest.mark.of_each_kind

CASE = Case("many-rows", (32, 5), -1, 1.5)
each_source = pytest.mark.parametrize("source", ["drawn", "given"])


def eighths(seed):
    """Random multiples of 1/8, which every dtype holds exactly: a cast on the way costs nothing."""
    return np.round(8 * np.random.default_rng(seed).standard_normal(CASE.shape)) / 8


A, B, C = map(eighths, (1, 2, 3))


class CubicLoss:
    """sum A (y_hard - C)^3 + sum B y_soft^3, as a program, and its derivatives from the oracle."""

    problem_class = Problem

    def __init__(self, driver, estimator, source, dtype="float32"):
        problem = self.problem = self.problem_class(driver, estimator, dtype, CASE, eighths(4))
        problem.seed, problem.given = 9, source == "given"
        self.driver, self.bound = driver, problem.bound
        self.options = {"tau": problem.case.tau, **problem.placement, **problem.settings}
        if problem.given:
            self.options["sample"] = problem.sample()
        if not problem.given or is_random(estimator):
            self.options |= driver.ambient(problem.seed)
        self.arrays = [driver.asarray(values, dtype) for values in (A, B, C)]

    def program(self, logits, **randomness):
        """The loss, in the dtype of the problem whatever the logits came in, and y_hard."""
        a, b, c = self.arrays
        sample = self.bound(logits, **{**self.options, **randomness})
        hard, soft = (self.driver.cast(part, self.problem.dtype) for part in sample)
        loss = self.driver.sum(a * (hard - c) ** 3) + self.driver.sum(b * soft**3)
        return loss, sample.y_hard

    def words_by(self, gradient):
        """The words that the program draws under a transform, by a program whose gradient they
        are.
        """
        driver, bound, problem = self.driver, probe(self.driver), self.problem
        options = driver.ambient(problem.seed)
        if problem.given:
            options = {**options, "sample": self.options["sample"]}

        def program(logits, **randomness):
            hard = bound(logits, **{**options, **randomness}).y_hard
            return driver.sum(driver.cast(hard, problem.dtype)), hard

        *batch, size = problem.last(problem.logits).shape
        gradients, _ = gradient(program, probe_logits(driver, tuple(batch), size))
        return decoded(driver.to_numpy(gradients))

    def gradient(self, hard):
        """The gradient, and the largest terms of its rows."""
        oracle = self.problem.oracle(hard)
        return oracle.pullback(3 * A * (oracle.y_hard - C) ** 2, 3 * B * oracle.y_soft**2)


def test_what_compiles_and_what_batches_is_a_transform(driver):
    kinds = (
        *(driver.gradients, driver.derivatives, driver.curvatures, driver.third_derivatives),
        *(driver.refused, driver.tau_traces),
    )
    assert driver.compiling <= {name for kind in kinds for name in kind}
    assert {driver.plainest} - {None} <= driver.compiling.intersection(driver.gradients)
    assert driver.batching <= set(driver.derivatives)


@each_source
def test_gradient(driver, estimator, gradient, source):
    loss = CubicLoss(driver, estimator, source)
    actual, hard = driver.gradients[gradient](loss.program, loss.problem.logits)
    if is_random(estimator):
        loss.problem.given_words = loss.words_by(driver.gradients[gradient])
    loss.problem.assert_like_logits(actual)
    loss.problem.assert_close(actual, loss.gradient(hard), driver.dtype_of(hard))


@each_source
@pytest.mark.parametrize("bound", EVERY_CASE)
def test_gradient_is_the_same_bit_for_bit(driver, bound, repeating_gradient, source):
    """What runs the forward pass again for the backward pass meets the same sample, to the bit."""
    loss = CubicLoss(driver, bound, source)
    repeated, hard = driver.gradients[repeating_gradient](loss.program, loss.problem.logits)
    loss = CubicLoss(driver, bound, source)
    plain, same = driver.gradients[driver.same_bits[repeating_gradient]](
        loss.program, loss.problem.logits
    )
    assert np.array_equal(loss.problem.last(hard), loss.problem.last(same))
    assert np.array_equal(loss.problem.last(repeated), loss.problem.last(plain))


@each_source
def test_derivative(driver, estimator, derivative, source):
    loss = CubicLoss(driver, estimator, source)
    loss.problem.mode = "batched" if derivative in driver.batching else "eager"
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
