"""Promise: no number of rows or categories is special, not 0, 1, a million or more than 2^24.

A float32 counts to 2^24, and ``torch.multinomial`` stops there. ``tests/quality/sizes``
goes on to as many elements as memory holds.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.alike import AlikeRows
from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.oracles.oracle import Oracle

EMPTY = (
    Case("no-row-of-one-category", (0, 1), -1),
    Case("no-row-of-two-stages", (2, 0, 100), -1),
    Case("middle-axis", (0, 4, 3), -2),
    Case("first-axis", (4, 0, 3, 0), -4),
)


@pytest.mark.parametrize("empty", EMPTY, ids=lambda case: case.name)
def test_no_rows(driver, mode, empty):
    problem = Problem(driver, "reinmax", case=empty)
    for randomness in (driver.ambient(1), {"sample": problem.sample()}):
        sample, cotangent = problem.pullback(mode, **randomness)
        for part in (*sample, cotangent):
            problem.assert_like_logits(part)


def test_no_rows_forward(driver, forward_mode):
    problem = Problem(driver, "reinmax", case=EMPTY[1])
    sample, tangents = driver.pushforward(
        forward_mode, *problem.call(**driver.ambient(1)), problem.v
    )
    for part in (*sample, *tangents):
        problem.assert_like_logits(part)


@pytest.mark.parametrize("size", [1, 2])
def test_a_million_rows(driver, size):
    rows = AlikeRows(driver, 1_000_000, size)
    rows.check(*rows.pullback("eager"))


def test_a_row_of_more_categories_than_a_float_counts(driver):
    """Three live categories, the first and the last two, among masked ones: a row of three."""
    size, short = 2**24 + 2, Problem(driver, "reinmax", case=Case("short", (1, 3), -1, 1.5))
    live = np.array([0, size - 2, size - 1])
    logits, g, h = (
        driver.asarray(_spread(short.last(part), live, size, rest), "float32")
        for part, rest in ((short.logits, -np.inf), (short.g, 1.0), (short.h, -1.0))
    )
    bound = driver.package.reinmax
    drawn = driver.value("eager", lambda x: bound(x, **driver.ambient(1)), [logits])[0]
    assert driver.to_numpy(drawn)[0].argmax() in live

    given = driver.asarray(live[-1:], "int64")
    sample, cotangent = driver.pullback(
        "eager", lambda x, given: bound(x, 1.5, sample=given), [logits, given], [g, h]
    )
    parts = [driver.to_numpy(part) for part in (*sample, cotangent)]
    assert not any(np.delete(part, live, -1).any() for part in parts)
    hard, soft, cotangent = (part[:, live] for part in parts)
    oracle = Oracle("reinmax", short.last(short.logits), 1.5, np.array([2]))
    right = oracle.pullback(short.last(short.g), short.last(short.h))
    assert np.array_equal(hard, [[0, 0, 1]])
    short.assert_numbers(soft, oracle.y_soft, oracle.y_soft.max(), "float32")
    short.assert_numbers(cotangent, right.value, right.terms, "float32")


def _spread(row, live, size, rest):
    """A row of ``size`` with the entries of a short one at the places ``live``."""
    long = np.full((1, size), rest, "float32")
    long[:, live] = row
    return long
