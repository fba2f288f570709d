"""The rows of the logits as one joint random configuration: enumerated, drawn, and summed up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
Categories: TypeAlias = NDArray[np.int64]


class Joint:
    """Independent categoricals, one a row of the logits; a configuration is (R,) categories.

    Parameters
    ----------
    logits : (..., K) float64; R is the product of the leading axes

    """

    def __init__(self, logits: Numbers) -> None:
        rows = logits.reshape(-1, logits.shape[-1])
        weights = np.exp(rows - rows.max(axis=-1, keepdims=True))
        self.pi: Numbers = weights / weights.sum(axis=-1, keepdims=True)
        self._supports = [np.flatnonzero(row) for row in self.pi]

    @property
    def configurations(self) -> int:
        """How many configurations have a positive probability."""
        return math.prod(len(support) for support in self._supports)

    def enumerate(self, size: int) -> Iterator[tuple[Categories, Numbers]]:
        """Every configuration once with its probability, ``size`` at a time.

        The last portion is filled up with repetitions of probability 0, so that all have one shape
        and nothing is compiled twice.
        """
        total = self.configurations
        for start in range(0, total, size):
            numbers = np.arange(start, start + size)
            counted = numbers < total
            rest = np.minimum(numbers, total - 1)
            categories = np.empty((size, len(self.pi)), np.int64)
            probabilities = counted.astype(np.float64)
            for row, support in enumerate(self._supports):
                rest, position = np.divmod(rest, len(support))
                categories[:, row] = support[position]
                probabilities *= self.pi[row, categories[:, row]]
            yield categories, probabilities

    def draw(self, generator: np.random.Generator, size: int) -> Categories:
        """``size`` configurations, (size, R), by the inverse CDF."""
        ends = np.cumsum(self.pi, axis=-1)
        ends /= ends[:, -1:]  # the last category of positive probability ends at exactly 1
        uniform = generator.random((size, len(self.pi), 1))
        return np.asarray(np.sum(ends <= uniform, axis=-1), np.int64)

    def weigh(self, categories: Categories, weights: Numbers) -> Numbers:
        """The sum over configurations of weight times one-hot configuration, flat, (R * K,)."""
        size = self.pi.shape[-1]
        columns = [np.bincount(column, weights, size) for column in categories.T]
        return np.concatenate(columns).astype(np.float64)
