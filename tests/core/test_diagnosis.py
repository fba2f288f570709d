"""What a diagnosis rests on: every configuration once, the right frequencies, no bias in the bias.

Expectations are exact: all outcomes of a small experiment are enumerated.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from reinmax_multi.diagnosis._joint import Joint
from reinmax_multi.diagnosis._moments import Moments, Reference, compare, root
from reinmax_multi.diagnosis._reference import drawn_reference
from reinmax_multi.diagnosis._result import _with_error

LOGITS = np.array([[0.3, -0.2, 1.0], [0.0, -np.inf, 2.0]])
PI = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
TERM = 64 * 2.0**-52


def configurations():
    """Each configuration of positive probability, and its probability."""
    for x in itertools.product(range(3), (0, 2)):
        yield np.array(x), PI[0, x[0]] * PI[1, x[1]]


@pytest.mark.parametrize("size", [1, 4, 6, 7])
def test_each_configuration_of_positive_probability_is_enumerated_once(size):
    joint = Joint(LOGITS)
    assert joint.configurations == 6
    found = {}
    for x, p in joint.enumerate(size):
        assert x.shape == (size, 2)
        for configuration, probability in zip(x.tolist(), p.tolist(), strict=True):
            if probability:
                assert tuple(configuration) not in found
                found[tuple(configuration)] = probability
    expected = {tuple(x.tolist()): p for x, p in configurations()}
    assert found == pytest.approx(expected, rel=TERM)


def test_draws_have_the_distribution_of_the_softmax_and_never_hit_a_masked_category():
    """Every frequency within 5 standard errors: a false alarm in 6 of a million seeds."""
    drawn = Joint(LOGITS).draw(np.random.default_rng(0), 100_000)
    frequencies = np.array([np.bincount(column, minlength=3) for column in drawn.T]) / len(drawn)
    errors = np.sqrt(PI * (1 - PI) / len(drawn))
    assert (np.abs(frequencies - PI) <= 5 * errors).all()
    assert frequencies[1, 1] == 0


def test_a_draw_of_exactly_zero_is_no_masked_category():
    class Zero:
        def random(self, shape):
            return np.zeros(shape)

    assert Joint(np.array([-np.inf, 0.0])).draw(Zero(), 1).tolist() == [[1]]


class Outcomes:
    """Three batches, each of whose means is one of two vectors with probability 1/3 and 2/3."""

    vectors = np.array([[1.0, -2.0], [0.5, 3.0]])
    shares = np.array([1 / 3, 2 / 3])
    mean = shares @ vectors
    variance = shares @ (vectors**2).sum(-1) - mean @ mean

    @classmethod
    def expectation(cls, function):
        """Of a function of the three batches, over all outcomes."""
        return sum(
            np.prod(cls.shares[list(which)]) * function(cls.vectors[list(which)])
            for which in itertools.product((0, 1), repeat=3)
        )


def test_squared_bias_variance_and_error_have_no_bias_of_their_own():
    """A batch of one sample here, so that the mean of |estimate|^2 is that of the batch."""
    gradient = np.array([0.25, 1.5])
    scale = gradient @ gradient

    def numbers(batches):
        deviations = batches - gradient
        moments = Moments(deviations, (deviations**2).sum(-1))
        return compare(moments, Reference(gradient[None]))[0][:3] * scale

    bias = ((Outcomes.mean - gradient) ** 2).sum()
    expected = [bias, Outcomes.variance, bias + Outcomes.variance]
    assert Outcomes.expectation(numbers) == pytest.approx(expected, rel=TERM)
    naive = Outcomes.expectation(lambda batches: ((batches.mean(0) - gradient) ** 2).sum())
    assert naive == pytest.approx(bias + Outcomes.variance / 3, rel=TERM)


def test_the_squared_norm_of_a_drawn_reference_has_no_bias():
    squared = Outcomes.mean @ Outcomes.mean
    norm = Outcomes.expectation(lambda batches: Reference(batches).norm[0])
    assert norm == pytest.approx(squared, rel=TERM)


def test_the_noise_of_a_drawn_reference_is_no_bias_of_the_estimator():
    """Estimate and gradient are drawn apart and have one mean: the bias is 0 on average."""

    def of_both(estimates):
        def bias(gradients):
            c = gradients.mean(0)
            moments = Moments(estimates - c, ((estimates - c) ** 2).sum(-1))
            reference = Reference(gradients)
            return compare(moments, reference)[0][0] * reference.norm[0]

        return Outcomes.expectation(bias)

    assert abs(Outcomes.expectation(of_both)) < 100 * TERM


def test_the_standard_error_of_a_mean_is_the_textbook_s():
    """The variance of estimates with mean 0 in each batch is a mean, so the jackknife is exact."""
    squares = np.random.default_rng(0).gamma(2.0, size=32)
    means = np.zeros((32, 2))
    _, errors = compare(Moments(means, squares), Reference(np.array([[1.0, 0.0]])))
    assert errors[1] == pytest.approx(squares.std(ddof=1) / np.sqrt(32), rel=TERM)


def test_exact_moments_have_no_error():
    values, errors = compare(
        Moments(np.array([[0.5, 0.0]]), np.array([1.25])), Reference(np.array([[1.0, 0.0]]))
    )
    assert values == pytest.approx([0.25, 1.0, 1.25, 1.0], rel=TERM)
    assert errors.tolist() == [0.0] * 4


def test_the_error_of_a_root_is_the_delta_method_s_far_from_zero_and_finite_at_zero():
    value, error = root(4.0, 1e-4)
    assert value == 2.0
    assert error == pytest.approx(1e-4 / 4, rel=1e-4)
    assert root(-0.3, 0.01) == (0.0, pytest.approx(0.1))


def test_reinforce_is_unbiased_with_the_mean_of_the_others_as_baseline():
    """Over all pairs of configurations, for a batch of two."""
    table = np.random.default_rng(3).normal(size=(3, 3))

    class Evaluator:
        def losses(self, categories):
            return table[tuple(categories.T)]

    class Pairs(Joint):
        def draw(self, generator, size):
            return np.array(self.pair)

    joint, mean = Pairs(LOGITS), np.zeros(6)
    for (x, p), (y, q) in itertools.product(configurations(), repeat=2):
        joint.pair = [x, y]
        mean += p * q * drawn_reference(Evaluator(), joint, 2, 1, 0).batches[0]
    score = sum(p * table[tuple(x)] * (np.eye(3)[x] - PI) for x, p in configurations())
    assert mean == pytest.approx(score.ravel(), abs=TERM)


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.50147, 0.0138, "0.50(1)"),
        (2.143, 0.0224, "2.14(2)"),
        (1234.5, 56.0, "1234(56)"),
        (0.3333333, 0.0, "0.333"),
        (0.5, np.nan, "0.5"),
    ],
)
def test_the_error_stands_in_brackets_in_units_of_the_last_digit(value, error, text):
    assert _with_error(value, error) == text
