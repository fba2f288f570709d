"""Promise: masks are dead, a row without a distribution is NaN, the others are untouched."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.cases import LONG, Case
from tests.conformance.problem import PLAIN_CASE, Problem

CASES = (PLAIN_CASE, Case("two-stages", LONG, -1, 1.5))
POISONS = {
    "NaN": lambda row: np.where(np.arange(row.size) == 2, np.nan, row),
    "infinity": lambda row: np.where(np.arange(row.size) == 3, np.inf, row),
    "two infinities": lambda row: np.where(np.arange(row.size) < 2, np.inf, row),
    "minus infinity throughout": lambda row: np.full_like(row, -np.inf),
}
MASKED = [0, 2, 3]
each_case = pytest.mark.parametrize("row_case", CASES, ids=str)


def test_masked_categories_are_never_drawn_and_get_no_gradient(driver, estimator, mode):
    rows = 2000
    case = Case("many-rows", (rows, 5), -1, 1.5)
    logits = np.zeros(case.shape)
    logits[:, MASKED] = -np.inf
    problem = Problem(driver, estimator, "float32", case, logits)
    (hard, soft), cotangent = problem.pullback(mode, ambient=1)
    for part in (hard, soft, cotangent):
        assert not np.any(problem.last(part)[:, MASKED])
    assert np.array_equal(problem.last(hard).sum(-1), np.ones(rows))
    assert np.any(problem.last(cotangent))


@pytest.mark.of_each_kind
def test_masks_at_either_end_of_a_long_row(driver, estimator):
    logits = np.full((400, 100), -np.inf)
    logits[:, 17:80] = 0.0
    problem = Problem(driver, estimator, "float32", Case("long", logits.shape, -1, 1.5), logits)
    (hard, soft), cotangent = problem.pullback("eager", ambient=1)
    for part in (hard, soft, cotangent):
        assert not np.any(problem.last(part)[np.isneginf(logits)])
    assert np.array_equal(problem.last(hard).sum(-1), np.ones(400))


@pytest.mark.of_each_kind
@pytest.mark.parametrize("far", [1, 2])
def test_one_open_category_is_certain(driver, estimator, far):
    logits = np.full(PLAIN_CASE.shape, -np.inf)
    logits[:, far] = 3.0
    problem = Problem(driver, estimator, logits=logits)
    (hard, soft), cotangent = problem.pullback("eager", ambient=1)
    assert np.array_equal(problem.last(hard), np.isfinite(logits))
    assert np.array_equal(problem.last(soft), np.isfinite(logits))
    assert not np.any(problem.last(cotangent))


def poisoned(driver, estimator, dtype, case, poison):
    """A problem and its copy whose second row has no distribution."""
    problem = Problem(driver, estimator, dtype, case)
    logits = problem.last(problem.logits)
    logits[1] = POISONS[poison](logits[1])
    return problem, Problem(driver, estimator, dtype, case, logits)


@pytest.mark.of_each_kind
@each_case
@pytest.mark.parametrize("poison", POISONS)
def test_a_row_without_a_distribution_is_nan(driver, estimator, dtype, row_case, poison):
    clean, problem = poisoned(driver, estimator, dtype, row_case, poison)
    sample, cotangent = problem.pullback("eager", ambient=4)
    same, clean_cotangent = clean.pullback("eager", ambient=4)
    assert_only_row_is_nan([*sample, cotangent], [*same, clean_cotangent], clean.last)


@pytest.mark.of_each_kind
@pytest.mark.parametrize("poison", POISONS)
def test_a_row_without_a_distribution_has_nan_tangents(driver, estimator, poison):
    clean, problem = poisoned(driver, estimator, "float32", PLAIN_CASE, poison)
    tangents, clean_tangents = (
        each.pushforward("eager", sample=each.sample())[1] for each in (problem, clean)
    )
    assert_only_row_is_nan(tangents, clean_tangents, clean.last)


@pytest.mark.of_each_kind
def test_a_row_without_a_distribution_is_nan_in_every_mode(driver, estimator, mode):
    case = Case("one-row-each", (len(POISONS) + 1, 5), -1, 1.5)
    clean = Problem(driver, estimator, "float32", case)
    logits = clean.last(clean.logits)
    for row, poison in enumerate(POISONS.values()):
        logits[row] = poison(logits[row])
    problem = Problem(driver, estimator, "float32", case, logits)
    sample, cotangent = problem.pullback(mode, ambient=4)
    for part in (*sample, cotangent):
        assert np.isnan(problem.last(part)[:-1]).all()
        assert np.isfinite(problem.last(part)[-1]).all()


def test_what_poisons_an_only_category_shows_in_every_mode(driver, estimator, mode):
    case = Case("one-row-each", (5, 1), -1)
    logits = np.array([[-np.inf], [np.nan], [0.0], [0.0], [0.0]])
    problem = Problem(driver, estimator, "float32", case, logits)
    problem.g = driver.asarray(np.array([[1.0], [1.0], [np.nan], [1.0], [1.0]]), "float32")
    problem.h = driver.asarray(np.array([[1.0], [1.0], [1.0], [np.inf], [1.0]]), "float32")
    _, cotangent = problem.pullback(mode, ambient=4)
    assert np.isnan(problem.last(cotangent)[:-1]).all()
    assert problem.last(cotangent)[-1] == 0


@pytest.mark.of_each_kind
@pytest.mark.parametrize("outside", [-1, 5, 100])
def test_a_sample_that_is_no_category_is_nan(driver, estimator, mode, outside):
    problem = Problem(driver, estimator)
    categories = np.array([1, outside, 4, 0])
    given = driver.asarray(categories, "int64")
    inside = driver.asarray(np.clip(categories, 0, 4), "int64")
    (hard, soft), _ = problem.pullback(mode, sample=given)
    same, _ = problem.pullback(mode, sample=inside)
    assert_only_row_is_nan([hard], [same[0]], problem.last)
    assert np.array_equal(problem.last(soft), problem.last(same[1]))


def assert_only_row_is_nan(poisoned, clean, numbers):
    """Row 1 is NaN throughout, the others are what they are without it, bit for bit."""
    for part, reference in zip(poisoned, clean, strict=True):
        assert np.isnan(numbers(part)[1]).all()
        others = np.delete(numbers(part), 1, 0), np.delete(numbers(reference), 1, 0)
        assert np.isfinite(others[0]).all()
        assert np.array_equal(*others)


def test_good_masked_certain_and_bad_rows_in_one_batch(driver, every_mode_estimator, every_mode):
    """What each estimator makes of them in each mode, since not every one meets every case."""
    estimator = every_mode_estimator
    case = Case("mixed", (5, 6), -1, 1.5)
    logits = 2 * np.random.default_rng(8).standard_normal(case.shape)
    logits[1, [0, 3]] = -np.inf
    logits[2, 4] = 60.0
    logits[3, 1] = np.nan
    logits[4] = -np.inf
    problem = Problem(driver, estimator, "float32", case, logits)
    (hard, soft), cotangent = problem.pullback(every_mode, ambient=5)
    for part in (hard, soft, cotangent):
        assert np.isnan(problem.last(part)[3:]).all()
    good = slice(0, 3)
    oracle = problem.oracle(hard).rows(good)
    assert np.array_equal(problem.last(hard)[good], oracle.y_hard)
    right = oracle.pullback(problem.last(problem.g)[good], problem.last(problem.h)[good])
    problem.assert_numbers(problem.last(cotangent)[good], right.value, right.terms, "float32")
    assert not np.any(problem.last(cotangent)[1, [0, 3]])
