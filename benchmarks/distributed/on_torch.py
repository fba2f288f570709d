"""Spread logits in PyTorch: ``python -m benchmarks.distributed.on_torch``.

A forward and backward pass of ReinMax in 2 and 4 processes of this machine (gloo), in rounds in
which each candidate has its turn. Categories that are spread, next to what a user would write
without: gather all logits, call, and keep the own part. Rows that are spread, next to the call on
the rows of one process. The bytes are those that the collectives are called with, the memory is
what a process's peak lies above what it held before, in processes whose C library gives back
whatever is freed.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import typer
from torch import distributed
from torch.distributed.tensor import DTensor, Replicate, Shard, init_device_mesh

from benchmarks.common.resident import rise
from reinmax_multi.torch import reinmax

from .traffic import Traffic

CASES = (
    ("categories", (64, 131072)),
    ("categories", (512, 50257)),
    ("rows", (32768, 512)),
)
GIVING_BACK = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
OUT = Path(__file__).parents[1] / "results" / "distributed_torch_cpu.json"

Run = Callable[[], torch.Tensor]


def numbers(seed: int, rows: int, size: int) -> torch.Tensor:
    return torch.randn(rows, size, generator=torch.Generator().manual_seed(seed))


def passes(
    logits: Any, weights: torch.Tensor, gather: bool, generator: torch.Generator
) -> torch.Tensor:
    """The sample of this process, after the gradient of a nonlinear loss of both results."""
    logits = logits.detach().requires_grad_()
    generator.manual_seed(0)
    rows = logits.redistribute(placements=[Replicate()]) if gather else logits
    hard, soft = reinmax(rows, generator=generator)
    if gather:
        hard, soft = (each.redistribute(placements=logits.placements) for each in (hard, soft))
    if isinstance(hard, DTensor):
        hard, soft = hard.to_local(), soft.to_local()
    (weights * hard**3 + soft**3).sum().backward()
    return hard.detach()


def candidates(case: str, shape: tuple[int, int], mesh: Any) -> tuple[Run, Run]:
    """Ours and the other one."""
    dim = 1 if case == "categories" else 0
    generator = torch.Generator()
    parts = [
        numbers(seed, *shape).chunk(mesh.size(), dim)[mesh.get_local_rank()].contiguous()
        for seed in range(2)
    ]
    stride = (shape[1], 1)
    spread = DTensor.from_local(parts[0], mesh, [Shard(dim)], shape=shape, stride=stride)

    def ours() -> torch.Tensor:
        return passes(spread, parts[1], False, generator)

    def other() -> torch.Tensor:
        if case == "categories":
            return passes(spread, parts[1], True, generator)
        return passes(parts[0], parts[1], False, generator)

    return ours, other


def milliseconds(runs: tuple[Run, ...], rounds: int) -> list[list[float]]:
    """The time of each candidate in each round, from when all processes are there."""
    times: list[list[float]] = [[] for _ in runs]
    for number in range(rounds + 2):
        for run, column in zip(runs, times, strict=True):
            distributed.barrier()
            start = time.perf_counter()
            run()
            distributed.barrier()
            if number >= 2:
                column.append(1e3 * (time.perf_counter() - start))
    return times


def times(case: str, shape: tuple[int, int], mesh: Any, rounds: int) -> dict[str, Any]:
    """Of both candidates, the median of their ratio by rounds, and what they send."""
    ours, other = candidates(case, shape, mesh)
    assert case == "rows" or torch.equal(ours(), other()), "the samples differ"
    mine, theirs = milliseconds((ours, other), rounds)
    row: dict[str, Any] = {
        "ms": round(statistics.median(mine), 2),
        "ms_other": round(statistics.median(theirs), 2),
        "time_ratio": round(statistics.median(a / b for a, b in zip(mine, theirs, strict=True)), 3),
    }
    for name, run in {"bytes_sent": ours, "bytes_sent_other": other}.items():
        with Traffic() as traffic:
            run()
        row[name] = sum(each.wire(mesh.size()) for each in traffic.sent)
    if row["bytes_sent_other"]:
        row["bytes_ratio"] = round(row["bytes_sent"] / row["bytes_sent_other"], 5)
    return row


def peaks(case: str, shape: tuple[int, int], mesh: Any, rounds: int) -> dict[str, Any]:
    """The peak of memory of a process."""
    mine, theirs = (
        int(statistics.median(rise(run) for _ in range(3))) for run in candidates(case, shape, mesh)
    )
    return {
        "bytes_of_memory": mine,
        "bytes_of_memory_other": theirs,
        "memory_ratio": round(mine / theirs, 3),
    }


def process(rank: int, measure: Any, processes: int, store: str, rounds: int, out: str) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=f"file://{store}", rank=rank, world_size=processes
    )
    mesh = init_device_mesh("cpu", (processes,))
    rows = [measure(case, shape, mesh, rounds) for case, shape in CASES]
    if rank == 0:
        Path(out).write_text(json.dumps(rows), encoding="utf-8")
    distributed.destroy_process_group()


def measured(measure: Any, processes: int, rounds: int) -> list[dict[str, Any]]:
    """What ``measure`` finds for each case in so many processes."""
    with tempfile.TemporaryDirectory() as folder:
        store, out = f"{folder}/store", f"{folder}/rows.json"
        context = multiprocessing.get_context("spawn")
        children = [
            context.Process(target=process, args=(rank, measure, processes, store, rounds, out))
            for rank in range(processes)
        ]
        for child in children:
            child.start()
        for child in children:
            child.join()
        rows: list[dict[str, Any]] = json.loads(Path(out).read_text(encoding="utf-8"))
        return rows


def main(rounds: int = 9, out: Path = OUT) -> None:
    """Measure, print and write."""
    load, rows = round(os.getloadavg()[0], 2), []
    for processes in (2, 4):
        timed = measured(times, processes, rounds)
        os.environ.update(GIVING_BACK)  # for the children that follow
        peaked = measured(peaks, processes, rounds)
        for name in GIVING_BACK:
            del os.environ[name]
        for (case, shape), row, memory in zip(CASES, timed, peaked, strict=True):
            rows.append({"case": case, "shape": shape, "processes": processes, **row, **memory})
            print(json.dumps(rows[-1]), flush=True)
    about = {"torch": torch.__version__, "cores": os.cpu_count(), "load_before": load}
    about["date"] = time.strftime("%Y-%m-%d")
    out.write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
