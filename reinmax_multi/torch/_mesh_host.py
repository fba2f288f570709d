"""What PyTorch contributes to the preparation of a call with a DTensor among its arguments.

The noise of a row is what a plain call draws for it: each process draws that of all rows and takes
its own, and along a mesh dimension that does not split the rows, all take that of its first
process. (On a CPU mesh the random operations of DTensors neither differ between shards nor agree
between replicas by themselves, in torch 2.13.)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import distributed
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor, Replicate, Shard
from torch.distributed.tensor.placement_types import Placement

from .._call.prepare import Noise
from .._core.estimator import Estimator
from ._host import Host


class Plain(Host):
    """A call whose logits are no DTensor: a replicated ``tau`` may be one."""

    def check(self, argument: str, value: Any, rows: torch.Tensor | None = None) -> None:
        super().check(argument, value, rows)
        if argument == "tau" and isinstance(value, DTensor):
            if not all(each.is_replicate() for each in value.placements):
                raise ValueError(
                    "tau must be the same on all processes, got a DTensor with the placements "
                    f"{value.placements}: pass its .full_tensor()"
                )
        elif argument == "sample" and isinstance(value, DTensor):
            raise TypeError(
                "sample must be a plain torch.Tensor as the logits are, got a DTensor: pass its "
                ".to_local(), or distribute the logits"
            )

    def temperature(self, tau: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return super().temperature(tau.to_local() if isinstance(tau, DTensor) else tau, rows)


class OnMesh(Plain):
    """A call on a mesh."""

    def __init__(self, mesh: DeviceMesh) -> None:
        self.mesh = mesh

    def check(self, argument: str, value: Any, rows: torch.Tensor | None = None) -> None:
        if argument == "tau":
            super().check(argument, value, rows)
            if value.numel() != 1:
                raise ValueError(
                    "tau must be one temperature where the logits are a DTensor, got an array of "
                    f"the shape {tuple(value.shape)}: call the function on their .to_local()"
                )
            return
        Host.check(self, argument, value, rows)
        if not isinstance(value, DTensor):
            raise TypeError(
                f"{argument} must be a DTensor as the logits are, got a plain torch.Tensor: make "
                "it one with torch.distributed.tensor.distribute_tensor"
            )
        if value.device_mesh != self.mesh:
            raise ValueError(
                f"{argument} must lie on the mesh of the logits, {self.mesh}, got one on "
                f"{value.device_mesh}: distribute it there"
            )
        _check_split(argument, value)

    def noise(self, estimator: Estimator | None, source: Any, rows: Any) -> Noise:
        of_all, mesh = super().noise(estimator, source, rows), self.mesh

        def draw(count: int, stream: int) -> torch.Tensor:
            noise: torch.Tensor = of_all(count, stream)
            for dim in range(rows.ndim - 1):
                spans, number, _ = split(rows.shape[dim], dim, mesh, rows.placements)
                start, end = spans[number]
                noise = noise.narrow(dim, start, end - start)
            noise = noise.contiguous()
            for axis, placement in enumerate(rows.placements):
                if not _splits_rows(placement, rows):
                    group = mesh.get_group(axis)
                    distributed.broadcast(noise, distributed.get_global_rank(group, 0), group)
            return noise

        return draw

    def index(self, sample: Any, rows: Any) -> torch.Tensor:
        placements = after(sample.ndim - (rows.ndim - 1), of_rows(rows))
        own = sample.redistribute(placements=placements).to_local()
        return super().index(own, own)


def of_rows(rows: DTensor) -> list[Placement]:
    """The placements of a tensor with a number for each row."""
    return [each if _splits_rows(each, rows) else Replicate() for each in rows.placements]


def after(leading: int, placements: Sequence[Placement]) -> list[Placement]:
    """The same placements of a tensor with some axes more before its own."""
    return [Shard(each.dim + leading) if isinstance(each, Shard) else each for each in placements]


def _splits_rows(placement: Placement, rows: torch.Tensor) -> bool:
    return isinstance(placement, Shard) and placement.dim != rows.ndim - 1


def _check_split(argument: str, value: DTensor) -> None:
    """Raises ValueError for values that are not added up yet, and parts in another order."""
    if not all(type(each) in (Shard, Replicate) for each in value.placements):
        raise ValueError(
            f"{argument} must have the placements Shard and Replicate alone, got "
            f"{value.placements}: redistribute them first"
        )
    expected = [
        spans[number][1] - spans[number][0]
        for spans, number, _ in (
            split(size, dim, value.device_mesh, value.placements)
            for dim, size in enumerate(value.shape)
        )
    ]
    if list(value.to_local().shape) != expected:
        raise ValueError(
            f"{argument} must be split as torch.chunk does, with {tuple(expected)} on this process,"
            f" got {tuple(value.to_local().shape)}: redistribute them first"
        )


def split(
    size: int, dim: int, mesh: DeviceMesh, placements: Sequence[Placement]
) -> tuple[list[tuple[int, int]], int, list[int]]:
    """How a dimension of a size is split: where each part starts and ends, which of them this
    process has, and the mesh dimensions that split it. As ``torch.chunk`` does.
    """
    spans, number, axes = [(0, size)], 0, []
    for axis, placement in enumerate(placements):
        if isinstance(placement, Shard) and placement.dim == dim:
            parts = mesh.size(axis)
            spans = [chunk for span in spans for chunk in _chunks(*span, parts)]
            number = number * parts + mesh.get_local_rank(axis)
            axes.append(axis)
    return spans, number, axes


def _chunks(start: int, end: int, parts: int) -> list[tuple[int, int]]:
    length = -(-(end - start) // parts)
    starts = [min(start + number * length, end) for number in range(parts + 1)]
    return list(pairwise(starts))
