"""What the theory says of each estimator, on the reference adapter."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reinmax_multi.numpy
from reinmax_multi import Estimator, estimators
from reinmax_multi.numpy import bind, reinmax, straight_through
from tests.oracles.dense import jacobian, softmax
from tests.oracles.oracle import Oracle

from .closeness import assert_close

each_estimator = pytest.mark.parametrize("name", ["reinmax", "straight_through"])
each_tau = pytest.mark.parametrize("tau", [1.0, 1.5, 4.0, 100.0])
rows = st.lists(st.integers(-40, 40).map(lambda k: k / 8), min_size=1, max_size=7).map(np.array)
samples = st.integers(0, 6)


def weight(bound, logits, sample, tau=1.0):
    """W, column by column: the pullback of each unit vector at one sample."""
    size = len(logits)
    _, derivative = bound(np.tile(logits, (size, 1)), tau, sample=np.full(size, sample))
    return derivative.pullback(np.eye(size)).T


def mean_over_samples(bound, logits, gradients, tau=1.0):
    """sum_i pi_i W_i grad f(e_i), by enumeration of the samples."""
    size = len(logits)
    _, derivative = bound(np.tile(logits, (size, 1)), tau, sample=np.arange(size))
    return softmax(logits) @ derivative.pullback(gradients)


def quadratic(size, seed=0):
    """A loss x^T A x / 2 + b^T x with symmetric A: its values and gradients at the unit vectors."""
    generator = np.random.default_rng(seed)
    matrix, offset = generator.normal(size=(size, size)), generator.normal(size=size)
    matrix = matrix + matrix.T
    return np.diag(matrix) / 2 + offset, matrix + offset


@pytest.fixture
def logits():
    return np.random.default_rng(7).normal(size=6)


@each_estimator
@each_tau
@given(logits=rows, sample=samples)
def test_weight_is_the_dense_matrix(name, tau, logits, sample):
    sample %= len(logits)
    actual = weight(getattr(reinmax_multi.numpy, name), logits, sample, tau)
    assert_close(actual, Oracle(name, logits, tau, np.array(sample)).weight(), 1.0)


@given(logits=rows, sample=samples)
def test_reinmax_at_tau_one_is_the_mean_of_the_jacobian_and_the_sampled_covariance(logits, sample):
    sample %= len(logits)
    difference = np.eye(len(logits))[sample] - softmax(logits)
    expected = (jacobian(softmax(logits)) + np.outer(difference, difference)) / 2
    assert_close(weight(reinmax, logits, sample), expected, 1.0)


@each_estimator
@each_tau
@given(logits=rows, sample=samples)
def test_weight_is_symmetric_and_its_rows_sum_to_zero(name, tau, logits, sample):
    matrix = weight(getattr(reinmax_multi.numpy, name), logits, sample % len(logits), tau)
    assert_close(matrix, matrix.T, 1.0)
    assert_close(matrix.sum(1), 0.0, 1.0)
    assert_close(matrix.sum(0), 0.0, 1.0)


def test_reinmax_is_exact_on_quadratics(logits):
    values, gradients = quadratic(6)
    exact = jacobian(softmax(logits)) @ values
    assert_close(mean_over_samples(reinmax, logits, gradients), exact, np.abs(gradients).max())


def test_reinmax_away_from_tau_one_is_not_exact_on_quadratics(logits):
    values, gradients = quadratic(6)
    exact = jacobian(softmax(logits)) @ values
    error = mean_over_samples(reinmax, logits, gradients, tau=1.5) - exact
    assert np.abs(error).max() > 0.01 * np.abs(exact).max()


@pytest.mark.parametrize("bound", [reinmax, straight_through], ids=lambda bound: bound.__name__)
def test_both_are_exact_on_linear_losses(bound, logits):
    slope = np.random.default_rng(3).normal(size=6)
    exact = jacobian(softmax(logits)) @ slope
    actual = mean_over_samples(bound, logits, np.tile(slope, (6, 1)))
    assert_close(actual, exact, np.abs(slope).max())


def test_straight_through_is_not_exact_on_quadratics(logits):
    values, gradients = quadratic(6)
    exact = jacobian(softmax(logits)) @ values
    error = mean_over_samples(straight_through, logits, gradients) - exact
    assert np.abs(error).max() > 0.1 * np.abs(exact).max()


@each_estimator
@pytest.mark.parametrize("tau", [1.0, 1.5, 3.0])
@pytest.mark.parametrize("shift", [1024.0, -4096.0, 2.0**20])
def test_shifting_the_logits_changes_nothing(name, tau, shift):
    """float32 holds these logits exactly, shifted or not, so nothing may be lost on the way."""
    generator = np.random.default_rng(11)
    logits = (generator.integers(-32, 32, size=(5, 9)) / 8).astype(np.float32)
    g, h = generator.normal(size=(2, 5, 9)).astype(np.float32)
    bound, sample = getattr(reinmax_multi.numpy, name), generator.integers(9, size=5)
    (_, soft), derivative = bound(logits, tau, sample=sample)
    (_, shifted_soft), shifted = bound(logits + np.float32(shift), tau, sample=sample)
    largest = np.abs(g).max() + np.abs(h).max()
    assert_close(shifted_soft, soft, soft.max(), np.float32)
    assert_close(shifted.pullback(g, h), derivative.pullback(g, h), largest, np.float32)


@each_estimator
@pytest.mark.parametrize("tau", [1.0, 1.5])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tau_as_a_number_and_as_a_zero_dimensional_array_agree(xp, name, tau, dtype):
    generator = np.random.default_rng(5)
    logits, g = generator.normal(size=(2, 4, 6))
    logits, g = (xp.asarray(x, dtype=getattr(xp, dtype)) for x in (logits, g))
    bound, sample = getattr(reinmax_multi.numpy, name), xp.asarray([0, 5, 2, 2])
    _, number = bound(logits, tau, sample=sample)
    _, array = bound(logits, xp.asarray(tau, dtype=logits.dtype), sample=sample)
    expected, actual = np.asarray(number.pullback(g)), np.asarray(array.pullback(g))
    assert actual.dtype == expected.dtype == dtype
    assert_close(actual, expected, np.abs(np.asarray(g)).max(), dtype)


@each_estimator
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_pullback_and_pushforward_are_adjoint(xp, name, axis):
    generator = np.random.default_rng(13)
    logits, g, h, v = (xp.asarray(x) for x in generator.normal(size=(4, 3, 4, 5)))
    bound, rng = getattr(reinmax_multi.numpy, name), np.random.default_rng(0)
    _, derivative = bound(logits, 1.5, axis=axis, rng=rng)
    hard, soft = derivative.pushforward(v)
    forth = float(xp.sum(g * hard + h * soft))
    back = float(xp.sum(derivative.pullback(g, h) * v))
    assert abs(forth - back) < 1e-12


@each_estimator
def test_a_missing_cotangent_is_zero(name, logits):
    g, h = np.random.default_rng(17).normal(size=(2, 6))
    _, derivative = getattr(reinmax_multi.numpy, name)(logits, 1.5, sample=np.array(4))
    hard, soft = derivative.pullback(g), derivative.pullback(soft_cotangent=h)
    zero = np.zeros(6)
    assert np.array_equal(derivative.pullback(g, zero), hard)
    assert np.array_equal(derivative.pullback(zero, h), soft)
    assert_close(soft, jacobian(softmax(logits)) @ h, np.abs(h).max())
    assert_close(derivative.pullback(g, h), hard + soft, np.abs(g).max() + np.abs(h).max())


@pytest.mark.filterwarnings("error")
def test_a_row_without_a_distribution_is_nan_and_leaves_the_others():
    logits = np.array([[0.0, 1.0, 2.0], [0.0, np.nan, 1.0], [-np.inf] * 3, [np.inf, 0.0, 1.0]])
    (hard, soft), derivative = reinmax(logits, 1.5, rng=np.random.default_rng(0))
    gradient = derivative.pullback(hard + 1.0, soft + 2.0)
    for part in (hard, soft, gradient):
        assert np.isnan(part[1:]).all()
        assert np.isfinite(part[0]).all()


def test_a_record_of_the_user_is_bound_like_the_house_s_own(xp, logits):
    def product(xp, residuals, vector, tau):
        return residuals.tempered(xp, tau) * vector

    diagonal = bind(Estimator("diagonal", product, least_tau=0.5, advice="use 1", summary="Mine."))
    assert diagonal.__name__ == "diagonal"
    assert diagonal.__doc__.startswith("Mine.")
    assert "tau >= 0.5" in diagonal.__doc__
    g, h = np.random.default_rng(19).normal(size=(2, 6))
    (hard, _), derivative = diagonal(xp.asarray(logits), 2.0, sample=xp.asarray(3))
    assert np.asarray(hard).tolist() == np.eye(6)[3].tolist()
    actual = np.asarray(derivative.pullback(xp.asarray(g), xp.asarray(h)))
    expected = softmax(logits, 2.0) * g + jacobian(softmax(logits)) @ h
    assert_close(actual, expected, np.abs(g).max() + np.abs(h).max())
    with pytest.raises(
        ValueError, match=r"tau must be at least 0\.5 for diagonal, got 0\.25: use 1"
    ):
        diagonal(logits, 0.25)


@each_estimator
def test_a_record_and_a_derivative_cannot_be_changed(name):
    _, derivative = getattr(reinmax_multi.numpy, name)(np.zeros(3), sample=np.array(0))
    with pytest.raises(FrozenInstanceError):
        getattr(estimators, name).least_tau = 0.5
    with pytest.raises(FrozenInstanceError):
        derivative._tau = 2.0
