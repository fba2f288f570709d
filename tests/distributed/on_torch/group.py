"""The process group of a program, and a call on a mesh next to the same call on one process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import distributed
from torch.distributed.tensor import DTensor, distribute_tensor

import backends
import reinmax_multi.torch
from reinmax_multi import estimators
from tests.distributed.processes import end_at_once

UNITS = backends.sheet("torch").tolerance["cpu"]
SETTINGS = {
    "decoupled_straight_through": {"forward_tau": 0.7},
    "gumbel_rao": {"num_samples": 200},  # more than one chunk
    "reinmax_rao": {"num_samples": 3},
    "reinmax_cv": {"num_samples": 3},
}


@contextmanager
def group() -> Iterator[tuple[int, int]]:
    """The number of this process and how many there are; ends the process, if nothing fails."""
    rank, count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    store = f"file://{os.environ['STORE']}"
    distributed.init_process_group("gloo", init_method=store, rank=rank, world_size=count)
    yield rank, count
    distributed.destroy_process_group()
    end_at_once()


def numbers(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def tau_of(name: str) -> float:
    record = getattr(estimators, name)
    return 1.0 if record.least_tau == record.greatest_tau else 1.3


def called(
    name: str, logits: torch.Tensor, g: Any, h: Any, *, binary: bool = False, **options: Any
) -> list[torch.Tensor]:
    """y_hard, y_soft and the gradient, for a noise that depends on nothing."""
    logits = logits.detach().requires_grad_()
    package = reinmax_multi.torch.bernoulli if binary else reinmax_multi.torch
    bound = getattr(package, name)
    if "sample" not in options:
        options["generator"] = torch.Generator().manual_seed(7)
    settings = {"tau": tau_of(name), **SETTINGS.get(name, {}), **options}
    hard, soft = bound(logits, **settings)
    (gradient,) = torch.autograd.grad((hard * g).sum() + (soft * h).sum(), logits)
    return [hard.detach(), soft.detach(), gradient]


def check(
    name: str,
    shape: tuple[int, ...],
    mesh: Any,
    placements: list[Any],
    dtype: torch.dtype = torch.float32,
    dim: int = -1,
    binary: bool = False,
) -> None:
    """The same samples as on one process, numbers within the tolerance, the placements kept."""
    logits, g, h = (numbers(seed, *shape).to(dtype) for seed in range(3))
    logits = 2 * logits
    logits.movedim(dim, 0)[2:4] = -torch.inf
    options = {"binary": True} if binary else {"dim": dim}
    whole = called(name, logits, g, h, **options)
    local = (distribute_tensor(each, mesh, placements) for each in (logits, g, h))
    spread = called(name, *local, **options)
    label = f"{name}, {shape}, {placements}"
    for each, expected in zip(spread, whole, strict=True):
        assert isinstance(each, DTensor), label
        assert each.placements == tuple(placements), label
        assert each.dtype == expected.dtype, label
    hard, *others = (each.full_tensor() for each in spread)
    assert torch.equal(hard, whole[0]), label
    largest = 1 + g.abs().amax(dim, keepdim=True) + h.abs().amax(dim, keepdim=True)
    for each, expected in zip(others, whole[1:], strict=True):
        unit = UNITS * torch.finfo(dtype).eps * largest
        assert ((each - expected).abs() <= unit).all(), label
