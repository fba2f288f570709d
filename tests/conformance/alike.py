"""Any number of rows that are all alike, and what is right for them from a table of K rows.

The category drawn in a row says what its gradient must be, so that a batch as large as memory costs
an oracle of K rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.conformance.test_randomness import assert_frequencies
from tests.oracles.oracle import Oracle

TAU = 1.5
WINDOW = 1000
WINDOWS = 20


class AlikeRows:
    """``rows`` copies of one row of ``size`` random logits, with one cotangent for both outputs."""

    def __init__(self, driver: Any, rows: int, size: int, dtype: str = "float32") -> None:
        self.driver, self.rows, self.size, self.dtype = driver, rows, size, dtype
        self.table = Problem(driver, "reinmax", dtype, Case("table", (size, size), -1, TAU))
        self.row, self.cotangent = (
            self.table.last(part)[:1] for part in (self.table.logits, self.table.g)
        )

    def pullback(self, mode: str) -> tuple[Any, ...]:
        """y_hard, y_soft and the cotangent of the logits, each (rows, size), of a draw."""
        bound, randomness = self.driver.package.reinmax, self.driver.ambient(1)
        column = self.driver.asarray(np.zeros((self.rows, 1), "float16"), self.dtype)
        logits, g = (
            column + self.driver.asarray(row, self.dtype) for row in (self.row, self.cotangent)
        )
        sample, cotangent = self.driver.pullback(
            mode, lambda x: bound(x, TAU, **randomness), [logits], [g, g]
        )
        return *sample, cotangent

    def check(self, hard: Any, soft: Any, cotangent: Any) -> None:
        """The first and the last rows and some between are right, and drawn as often as due."""
        logits = np.tile(self.row, (self.size, 1))
        oracle = Oracle("reinmax", logits, TAU, np.arange(self.size))
        right, pi = oracle.pullback(self.cotangent, self.cotangent), oracle.y_soft
        drawn = []
        for first in np.linspace(0, self.rows - WINDOW, WINDOWS).astype(int):
            window = slice(first, first + WINDOW)
            y_hard, y_soft, theta = (
                self.table.last(part[window]) for part in (hard, soft, cotangent)
            )
            index = y_hard.argmax(-1)
            assert np.array_equal(y_hard, np.eye(self.size)[index])
            self.table.assert_numbers(y_soft, pi[index], pi.max(), self.dtype)
            self.table.assert_numbers(theta, right.value[index], right.terms[index], self.dtype)
            drawn.append(y_hard)
        assert_frequencies(np.concatenate(drawn), pi[0])
