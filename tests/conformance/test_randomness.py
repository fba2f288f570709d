"""Promise: same seed, same sample; another seed, another sample; rows and seeds are independent.

The draw does not depend on the estimator, so one serves for all. A frequency is held to Bernstein's
bound, which a right one exceeds less than once in ten million; the seeds are fixed, so that a back
end passes always or never (an unseeded draw has one such chance for each category).
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.oracles.dense import softmax

ROWS = 20_000
RARELY = 1e-7
LOGITS = {
    "one-stage": np.array([0.0, 1.0, -2.0, 0.5, -5.0]),
    "two-stages": np.linspace(-3.0, 1.0, 90),
}


def many_rows(driver, row="one-stage", count=ROWS):
    """The same logits in every row."""
    case = Case(row, (count, LOGITS[row].size), -1)
    return Problem(driver, "reinmax", "float32", case, np.tile(LOGITS[row], (count, 1)))


def draw(problem, randomness, mode="eager"):
    """The categories that a bound estimator draws."""
    return problem.index(problem.driver.value(mode, *problem.call(**randomness))[0])


def assert_frequencies(events, probability):
    """Each column of independent trials happens as often as it should."""
    share = np.log(2 / RARELY) / len(events)
    variance = probability * (1 - probability)
    bound = share / 3 + np.sqrt((share / 3) ** 2 + 2 * variance * share)
    assert np.all(np.abs(events.mean(0) - probability) <= bound)


def assert_independent(some, others):
    """Each pair of categories is as frequent as the product of their probabilities."""
    pi = softmax(LOGITS["one-stage"])
    one_hot = np.eye(pi.size)
    pairs = one_hot[some][:, :, None] * one_hot[others][:, None, :]
    assert_frequencies(pairs, pi[:, None] * pi)


@pytest.mark.parametrize("row", LOGITS)
def test_frequencies_are_the_probabilities(driver, mode, row):
    drawn = draw(many_rows(driver, row), driver.ambient(1), mode)
    pi = softmax(LOGITS[row])
    assert_frequencies(np.eye(pi.size)[drawn], pi)


@pytest.mark.parametrize("row", LOGITS)
def test_frequencies_without_a_seed(driver, row, unseeded):
    problem = many_rows(driver, row)
    drawn, again = (draw(problem, driver.unseeded[unseeded]) for _ in range(2))
    pi = softmax(LOGITS[row])
    assert_frequencies(np.eye(pi.size)[drawn], pi)
    assert not np.array_equal(drawn, again)


def test_same_seed_same_sample(driver, mode):
    problem = many_rows(driver, count=100)
    first, same, other = (draw(problem, driver.ambient(seed), mode) for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_same_explicit_seed_same_sample(driver):
    problem = many_rows(driver, "two-stages", 100)
    first, same, other = (draw(problem, driver.randomness(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("row", LOGITS)
def test_a_mode_draws_what_eager_draws(driver, repeating_mode, row):
    problem = many_rows(driver, row)
    eager, other = (draw(problem, driver.randomness(7), mode) for mode in ("eager", repeating_mode))
    assert np.array_equal(eager, other)


def test_rows_are_independent(driver):
    drawn = draw(many_rows(driver), driver.randomness(3))
    assert_independent(drawn[0::2], drawn[1::2])


def test_neighbouring_seeds_are_independent(driver):
    problem = many_rows(driver)
    assert_independent(*(draw(problem, driver.randomness(seed)) for seed in (4, 5)))


def test_batched_seeds_are_independent(driver, seed_map):
    problem = many_rows(driver)
    bound = driver.package.reinmax
    first, second = map(problem.index, driver.seed_maps[seed_map](bound, problem.logits, [4, 5]))
    assert_independent(first, second)


def test_a_batched_seed_draws_what_it_draws_alone(driver, repeating_seed_map):
    problem = many_rows(driver, "two-stages", 50)
    seeds = [4, 5, 4]
    together = driver.seed_maps[repeating_seed_map](driver.package.reinmax, problem.logits, seeds)
    for hard, seed in zip(together, seeds, strict=True):
        assert np.array_equal(problem.index(hard), draw(problem, driver.randomness(seed)))
