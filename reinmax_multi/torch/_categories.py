"""Rows whose categories are split over processes: the core on a part of each row.

Each process has the categories from one number up to another. A sum or a maximum over the last axis
is then one of its own part, and of the parts of the others, which takes one number a row from each;
so does an entry that only one of them has. The draw takes the same blocks of about sqrt(K)
neighbours as on one device. A block belongs to the process in which it starts, which gets the sums
of what the next ones have of it, and a running count starts where the counts of the processes
before it end: nothing is sent that grows with the categories. (In torch 2.13 ``torch.cumsum`` of a
DTensor gathers a split dimension, and if it is counted from the end starts anew in each process,
silently.)
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import torch
from torch import distributed

from .._core import grid
from .._core.draw import block_width
from .._core.namespace import Namespace
from . import _namespace

LAST = -1
"""The axis of the categories; other axes are whole on each process."""


@dataclass(frozen=True)
class Part:
    """One process's part of the categories.

    ``starts`` are the first categories of all parts and the number of categories, ``number`` says
    which part this is, and the sum over ``groups``, one after the other, is that over all parts.
    """

    starts: tuple[int, ...]
    number: int
    groups: tuple[distributed.ProcessGroup, ...]

    @classmethod
    def of(
        cls,
        spans: list[tuple[int, int]],
        number: int,
        groups: Sequence[distributed.ProcessGroup],
    ) -> Part:
        """The part of a number; ``spans`` are where each starts and ends."""
        return cls((*(start for start, _ in spans), spans[-1][1]), number, tuple(groups))

    @property
    def size(self) -> int:
        return self.starts[-1]

    @property
    def start(self) -> int:
        return self.starts[self.number]

    @property
    def count(self) -> int:
        return self.starts[self.number + 1] - self.start

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where each part starts and ends."""
        return list(pairwise(self.starts))

    def owner(self, category: int) -> int:
        """The part that has a category."""
        return next(number for number, (_, end) in enumerate(self.spans) if category < end)

    @cached_property
    def namespace(self) -> Any:
        """The names that the core computes with."""
        names = {name: getattr(_namespace, name) for name in _namespace.__all__}
        own = {"max": self._max, "sum": self._sum, "take_along_axis": self._take_along_axis}
        return types.SimpleNamespace(**names | own, native=Steps(self))

    def categories(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.arange(self.start, self.start + self.count, device=rows.device)

    def place(self, index: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The index in the part, and whether it has one; 0 if not."""
        place = index - self.start
        own = (place >= 0) & (place < self.count)
        return torch.where(own, place, 0), own

    def added(self, x: torch.Tensor) -> torch.Tensor:
        """The sum over all parts."""
        return self._reduced(x, distributed.ReduceOp.SUM)

    def of_all(self, x: torch.Tensor) -> torch.Tensor:
        """(..., parts): each part's ``x``, (...)."""
        table = x.new_zeros((*x.shape, len(self.spans)))
        table[..., self.number] = x
        return self.added(table)

    def _reduced(self, x: torch.Tensor, operation: Any) -> torch.Tensor:
        x = x.contiguous()
        for group in self.groups:
            distributed.all_reduce(x, operation, group)
        return x

    def _sum(self, x: torch.Tensor, /, *, axis: int, keepdims: bool = False) -> torch.Tensor:
        own = torch.sum(x, axis, keepdims)
        return self.added(own) if axis == LAST else own

    def _max(self, x: torch.Tensor, /, *, axis: int, keepdims: bool) -> torch.Tensor:
        """Of rows; NaN may be lost on the way, and comes back with the exponential of its entry."""
        return self._reduced(torch.amax(x, axis, keepdims), distributed.ReduceOp.MAX)

    def _take_along_axis(
        self, x: torch.Tensor, indices: torch.Tensor, /, *, axis: int
    ) -> torch.Tensor:
        place, own = self.place(indices)
        return self.added(torch.where(own, _namespace.take_along_axis(x, place, axis=axis), 0))


class Steps(_namespace.Steps):
    """The native steps that look at single categories, or at all of a row."""

    whole_rows = False

    def __init__(self, part: Part) -> None:
        self.part = part

    def length(self, rows: torch.Tensor) -> int:
        return self.part.size

    def ends(self, categories: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        first = categories[:1] - self.part.start
        return first, first + (self.part.size - 1)

    def add_at(
        self,
        xp: Namespace,
        x: torch.Tensor,
        index: torch.Tensor,
        categories: torch.Tensor,
        by: torch.Tensor,
    ) -> torch.Tensor:
        place, own = self.part.place(index)
        return x.scatter_add_(LAST, place, torch.where(own, by, 0))

    def one_hot(
        self,
        xp: Namespace,
        off_value: torch.Tensor,
        index: torch.Tensor,
        categories: torch.Tensor,
    ) -> torch.Tensor:
        place, own = self.part.place(index)
        off_value = off_value.expand(index.shape)
        rows = off_value.expand(*index.shape[:-1], self.part.count)
        return rows.scatter(LAST, place, torch.where(own, off_value + 1, off_value))

    def block_sums(self, xp: Namespace, weights: torch.Tensor, width: int) -> torch.Tensor:
        """Those of the blocks that start in the part."""
        part = self.part
        before = [min(-start % width, end - start) for start, end in part.spans]
        starting = weights[..., before[part.number] :]
        own: torch.Tensor = super().block_sums(_namespace, starting, width)
        if any(before):
            rest = part.of_all(torch.sum(weights[..., : before[part.number]], LAST))
            for other, (start, _) in enumerate(part.spans):
                if before[other] and part.owner(start // width * width) == part.number:
                    own[..., -1] += rest[..., other]
        return own

    def within(
        self,
        xp: Namespace,
        shares: torch.Tensor,
        block: torch.Tensor,
        width: int,
        noise: torch.Tensor,
        categories: torch.Tensor,
    ) -> torch.Tensor:
        start = width * block
        position, own = self.part.place(start + torch.arange(width, device=shares.device))
        inside = torch.where(own, torch.gather(shares, LAST, position), 0)
        inside = inside / xp.sum(inside, axis=LAST, keepdims=True)
        rank = self._rank(grid.cells(xp, inside), noise, own)
        return torch.clamp(start + rank, max=self.part.size - 1)

    def rank(self, xp: Namespace, cells: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """The block; ``cells`` are those of the part's own blocks."""
        blocks = -(-self.part.size // block_width(self.part.size))
        return torch.clamp(self._rank(cells, noise, True), max=blocks - 1)

    def _rank(self, cells: torch.Tensor, noise: torch.Tensor, own: Any) -> torch.Tensor:
        """Of the counts of all parts together; ``own`` are those that the part has."""
        counts = self.part.of_all(torch.sum(cells, LAST, dtype=torch.int32))
        total = torch.sum(counts, LAST, keepdim=True, dtype=torch.int32)
        ends = torch.cumsum(cells, LAST, dtype=torch.int32)
        ends += torch.sum(counts[..., : self.part.number], LAST, keepdim=True, dtype=torch.int32)
        target = grid.scale(_namespace, noise, total)
        return self.part.added(torch.sum((ends <= target) & own, LAST, keepdim=True))

    def at_once(self, shape: tuple[int | None, ...]) -> int:
        """The same on all processes, or one would wait for the others' sums."""
        return super().at_once((*shape[:-1], max(end - start for start, end in self.part.spans)))
