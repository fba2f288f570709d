"""Promise: ten million draws look like the distribution, and like independent draws.

Pearson's chi-square with all probabilities known. A right draw fails a test less than once in a
million (ALARM); the seeds are fixed, so that a back end passes always or never. What is smaller
than sampling error is computed exactly in tests/core/test_draw.py.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.oracles.chance import chi_square_tail
from tests.oracles.dense import softmax

ALARM = 1e-6
SHORT = np.array([0.0, 1.0, -np.inf, 0.5, -4.0, 1.5, -1.0, 0.25, -7.0])
LONG = np.concatenate([np.linspace(-2.0, 1.0, 35), [-np.inf], np.linspace(1.5, -2.5, 36)])


def calls(driver, logits, number, rows):
    """Categories, (number, rows): each call has its own seed, all rows the same logits."""
    case = Case("many-rows", (rows, logits.size), -1)
    problem = Problem(driver, "reinmax", "float32", case, np.tile(logits, (rows, 1)))
    drawn = np.empty((number, rows), np.uint8)
    for seed, row in enumerate(drawn):
        sample = driver.value("eager", *problem.call(**driver.randomness(seed)))
        row[:] = driver.to_numpy(sample.y_hard) @ np.arange(logits.size)
    return drawn


@pytest.fixture(scope="module")
def short(driver):
    """10 calls of a million rows, drawn in one stage."""
    return calls(driver, SHORT, number=10, rows=1_000_000)


@pytest.fixture(scope="module")
def long(driver):
    """10 calls of a hundred thousand rows, drawn in two stages."""
    return calls(driver, LONG, number=10, rows=100_000)


def assert_frequencies(drawn, probabilities):
    """A category of probability 0 never, the others as often as they should."""
    counts = np.bincount(drawn.ravel(), minlength=probabilities.size)
    possible = probabilities > 0
    assert not counts[~possible].any()
    expected = drawn.size * probabilities[possible]
    statistic = ((counts[possible] - expected) ** 2 / expected).sum()
    freedom = possible.sum() - 1
    rare = f"chi-square {statistic:.1f} with {freedom} degrees of freedom"
    assert chi_square_tail(statistic, freedom) > ALARM, rare


def assert_independent(some, others, logits):
    """Each pair of categories as often as the product of their probabilities says."""
    pi = softmax(logits)
    pairs = some.astype(np.int64) * pi.size + others
    assert_frequencies(pairs, np.outer(pi, pi).ravel())


def test_frequencies_of_ten_million_draws(short):
    assert_frequencies(short, softmax(SHORT))


def test_frequencies_of_a_million_draws_in_two_stages(long):
    assert_frequencies(long, softmax(LONG))


def test_neighbouring_rows_are_independent(short):
    assert_independent(short[:, 0::2], short[:, 1::2], SHORT)


def test_distant_rows_are_independent(short):
    """A generator of counters hands out its numbers in blocks: 4 of Philox, halves of Threefry."""
    half = short.shape[1] // 2
    assert_independent(short[:, :half], short[:, half:], SHORT)


def test_calls_with_neighbouring_seeds_are_independent(short):
    assert_independent(short[0::2], short[1::2], SHORT)


def test_neighbouring_rows_of_two_stages_are_independent(long):
    """By halves of the row, for most pairs of categories are too rare to count."""
    low = (long >= LONG.size // 2).astype(np.uint8)
    share = softmax(LONG)[LONG.size // 2 :].sum()
    pairs = low[:, 0::2] * 2 + low[:, 1::2]
    assert_frequencies(pairs, np.outer([1 - share, share], [1 - share, share]).ravel())
