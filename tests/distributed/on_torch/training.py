"""Program: DDP, FSDP2 and tensor parallelism train as one process does on the whole batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import distributed, nn
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Shard, init_device_mesh
from torch.distributed.tensor.parallel import (
    ColwiseParallel,
    RowwiseParallel,
    parallelize_module,
)
from torch.nn.parallel import DistributedDataParallel

from reinmax_multi.torch import reinmax
from tests.distributed.on_torch.group import group, numbers

STEPS, BATCH, INPUTS, SIZE = 50, 16, 6, 80


class Autoencoder(nn.Module):
    """One latent a row; its temperature has the shape (1,), as ``fully_shard`` demands."""

    def __init__(self, place: Callable[[torch.Tensor], torch.Tensor], learnable: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.encode, self.decode = nn.Linear(INPUTS, SIZE), nn.Linear(SIZE, INPUTS)
        self.place = place
        tau = torch.tensor([1.2])
        if learnable:
            self.tau = nn.Parameter(tau)
        else:
            self.register_buffer("tau", tau)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y_hard, _ = reinmax(self.place(self.encode(x)), self.tau)
        return self.decode(y_hard if self.place is as_it_is else y_hard.to_local())


def as_it_is(logits: torch.Tensor) -> torch.Tensor:
    return logits


def losses(model: nn.Module, rank: int, count: int) -> list[float]:
    """Of each step, over the rows of all processes."""
    torch.manual_seed(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    share = BATCH // count
    x = numbers(0, BATCH, INPUTS)[rank * share :][:share]
    found = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = ((model(x) - x) ** 2).mean()
        loss.backward()
        optimizer.step()
        mean = loss.detach().clone()
        if count > 1:
            distributed.all_reduce(mean)
        found.append(mean.item() / count)
    return found


def models(mesh: Any) -> dict[str, nn.Module]:
    def rows(logits: torch.Tensor) -> torch.Tensor:
        return DTensor.from_local(logits, mesh, [Shard(0)])

    sharded = Autoencoder(rows, learnable=True)
    fully_shard(sharded.encode, mesh=mesh)
    fully_shard(sharded, mesh=mesh)
    return {
        "DDP": DistributedDataParallel(Autoencoder(rows, learnable=False)),
        "FSDP2": sharded,
    }


def tensor_parallel(mesh: Any) -> nn.Module:
    """Each process has a part of the categories, of all rows."""
    model = Autoencoder(as_it_is, learnable=False)
    return parallelize_module(
        model,
        mesh,
        {
            "encode": ColwiseParallel(output_layouts=Shard(-1), use_local_output=False),
            "decode": RowwiseParallel(input_layouts=Shard(-1)),
        },
    )


def main(rank: int, count: int) -> None:
    mesh = init_device_mesh("cpu", (count,))
    alone = losses(Autoencoder(as_it_is, learnable=False), 0, 1)
    assert alone[-1] < 0.9 * alone[0]
    for name, model in models(mesh).items():
        spread = losses(model, rank, count)
        torch.testing.assert_close(spread, alone, rtol=1e-4, atol=0.0, msg=lambda m, n=name: n + m)
    spread = losses(tensor_parallel(mesh), 0, 1)
    torch.testing.assert_close(spread, alone, rtol=1e-4, atol=0.0)


if __name__ == "__main__":
    with group() as (rank, count):
        main(rank, count)
