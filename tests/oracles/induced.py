"""The exact distribution that a draw induces, from its whole numbers.

A stage chooses the first category j whose running count C_j exceeds floor(n T / GRID), T being the
total count. For whole numbers, floor(n T / GRID) < C_j holds if and only if n T < C_j GRID, that is
for the ceil(C_j GRID / T) smallest values of the noise n. So category j is chosen on exactly the
noise values

    ceil(C_{j-1} GRID / T) <= n < ceil(C_j GRID / T),    C_{-1} = 0,

and their number over GRID is its probability, without any sampling.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from unittest import mock

import array_api_compat.numpy as xp
import numpy as np

from reinmax_multi._core import draw as core
from reinmax_multi._core import grid


@dataclass(frozen=True)
class Stage:
    """``begin[..., j]`` to ``end[..., j]``, exclusive, are the noise values that choose j."""

    begin: np.ndarray
    end: np.ndarray
    total: np.ndarray

    @property
    def probabilities(self) -> np.ndarray:
        return (self.end - self.begin) / grid.GRID


@dataclass(frozen=True)
class Induced:
    """The stages of one row's draw: ``inside`` holds a row for each block that can be drawn."""

    first: Stage
    blocks: np.ndarray
    inside: Stage | None

    def probabilities(self, size: int) -> np.ndarray:
        if self.inside is None:
            return self.first.probabilities
        joint = np.zeros((len(self.first.end), self.inside.end.shape[-1]))
        joint[self.blocks] = self.first.probabilities[self.blocks, None] * self.inside.probabilities
        assert not joint.ravel()[size:].any(), "a category past the end of the row has noise values"
        return joint.ravel()[:size]

    def corners(self, size: int, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Up to ``most`` categories that can be drawn, the first and the last noise of each.

        A stage is monotone in its noise, so these corners pin the whole rectangle between them.
        """
        (categories,) = np.nonzero(self.probabilities(size))
        if len(categories) > most:
            edges = categories[[0, -1]]
            some = np.random.default_rng(size).choice(categories, most - 2, replace=False)
            categories = np.unique(np.concatenate([edges, some]))
        if self.inside is None:
            first, last = self.first.begin[categories], self.first.end[categories] - 1
            return categories, first[:, None], last[:, None]
        block, place = np.divmod(categories, self.inside.end.shape[-1])
        row = np.searchsorted(self.blocks, block)
        begin = np.stack([self.first.begin[block], self.inside.begin[row, place]], -1)
        end = np.stack([self.first.end[block], self.inside.end[row, place]], -1)
        return categories, begin, end - 1


def draw(probabilities: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The categories of one row for many noises."""
    return draw_rows(xp, probabilities[None], noise)[:, 0]


def draw_rows(xp: Any, probabilities: Any, noise: Any) -> Any:
    """The draw of each row, from blocks whose sum is 1 as in the forward pass."""
    blocks = core.block_sums(xp, probabilities)
    if blocks is not probabilities:
        blocks = blocks / xp.sum(blocks, axis=-1, keepdims=True)
    return core.draw(xp, probabilities, blocks, noise, xp.arange(probabilities.shape[-1]))


def shares(probabilities: np.ndarray, noise: np.ndarray) -> list[np.ndarray]:
    """What each stage chooses from when one row is drawn with many noises."""
    seen: list[np.ndarray] = []
    cells = grid.cells

    def recorded(xp: Any, shares: np.ndarray) -> np.ndarray:
        seen.append(shares)
        return cells(xp, shares)

    with mock.patch.object(grid, "cells", recorded):
        draw(probabilities, noise)
    return seen


def stage(shares: np.ndarray) -> Stage:
    """The closed form, in 64 bits: C_j GRID stays below 2**61."""
    counts = np.rint(shares.astype(np.float64) * grid.GRID).astype(np.int64)
    ends = np.cumsum(counts, axis=-1)
    total = ends[..., -1:]
    end = -(-(ends * grid.GRID) // total)
    begin = np.concatenate([np.zeros_like(end[..., :1]), end[..., :-1]], axis=-1)
    return Stage(begin, end, total)


def induced(probabilities: np.ndarray) -> Induced:
    """The exact distribution of ``core.draw`` on one row."""
    number = core.stages(probabilities.shape[-1])
    first = stage(shares(probabilities, np.zeros((1, number)))[0][0])
    (blocks,) = np.nonzero(first.end > first.begin)
    if number == 1:
        return Induced(first, blocks, None)
    noise = np.stack([first.begin[blocks], np.zeros_like(blocks)], -1)
    return Induced(first, blocks, stage(shares(probabilities, noise)[1]))


def enumerated(probabilities: np.ndarray) -> np.ndarray:
    """The same distribution by drawing with every noise there is; for a small grid."""
    number = core.stages(probabilities.shape[-1])
    axes = np.meshgrid(*[np.arange(grid.GRID)] * number, indexing="ij")
    drawn = draw(probabilities, np.stack([axis.ravel() for axis in axes], -1))
    count = np.bincount(drawn, minlength=len(probabilities))
    return count / math.prod([grid.GRID] * number)
