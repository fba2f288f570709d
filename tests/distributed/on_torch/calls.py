"""Program: calls on meshes of one and two dimensions give what they give on one process."""

from __future__ import annotations

import torch
from torch.distributed.tensor import Replicate, Shard, init_device_mesh

from reinmax_multi import estimators
from tests.distributed.on_torch.group import check, group

ROWS, SHORT, LONG = 6, 5, 203  # a block of 16 categories lies on two processes


def one_dimension(count: int) -> None:
    mesh = init_device_mesh("cpu", (count,))
    for name in estimators.__all__:
        check(name, (ROWS, SHORT), mesh, [Shard(0)])
        check(name, (ROWS, LONG), mesh, [Shard(1)])
    for name in ("reinmax", "gumbel_softmax"):
        check(name, (ROWS, SHORT), mesh, [Replicate()])
        check(name, (ROWS, SHORT), mesh, [Shard(1)])  # gathered
    check("reinmax", (3, SHORT), mesh, [Shard(0)])  # with 4 processes, one has no row
    check("reinmax", (65,), mesh, [Shard(0)])
    for name in ("reinmax", "gumbel_rao"):
        for placement in (Shard(0), Shard(1), Replicate()):
            check(name, (ROWS, SHORT), mesh, [placement], binary=True)
    check("reinmax", (2, 2000), mesh, [Shard(1)])
    check("reinmax", (ROWS, LONG, 2), mesh, [Shard(1)], dim=1)
    check("reinmax", (ROWS, LONG, 2), mesh, [Shard(0)], dim=1)
    for dtype in (torch.bfloat16, torch.float64):
        check("reinmax", (ROWS, LONG), mesh, [Shard(1)], dtype)


def two_dimensions() -> None:
    mesh = init_device_mesh("cpu", (2, 2))
    for placements in (
        [Shard(0), Shard(1)],
        [Shard(1), Shard(0)],
        [Shard(1), Shard(1)],
        [Shard(0), Shard(0)],
        [Replicate(), Shard(1)],
        [Shard(0), Replicate()],
        [Replicate(), Replicate()],
    ):
        check("reinmax", (ROWS, LONG), mesh, placements)
    check("gumbel_rao", (ROWS, 3, 66), mesh, [Shard(0), Shard(2)])
    check("reinmax_cv", (ROWS, 3, 66), mesh, [Shard(1), Shard(0)])


if __name__ == "__main__":
    with group() as (_, count):
        one_dimension(count)
        if count == 4:
            two_dimensions()
