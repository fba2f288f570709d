"""Spread logits in JAX: ``python -m benchmarks.distributed.on_jax``.

A forward and backward pass of ReinMax on forced devices of one CPU, in rounds in which each
candidate has its turn. Categories that are spread over 2 and 4 devices, next to what a user would
write without: gather all logits, call, and keep the own part. Rows that are spread, next to the
call on one device's rows. The bytes are those of the collectives in the compiled program, the
memory is the compiler's account of a device.
"""

from __future__ import annotations

import os

os.environ["XLA_FLAGS"] = " ".join(
    [os.environ.get("XLA_FLAGS", ""), "--xla_force_host_platform_device_count=4"]
)

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import typer
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as P

from reinmax_multi.jax import reinmax

from .collectives import collectives

LONG = ((64, 131072), (512, 50304))  # 50257 filled up: JAX spreads whole multiples of the devices
ROWS = (32768, 512)
KEY = jax.random.key(0)
OUT = Path(__file__).parents[1] / "results" / "distributed_jax_cpu.json"


def gradient(gather: bool) -> Callable[..., Any]:
    """The gradient of a nonlinear loss of both results."""

    def run(logits: jax.Array, weights: jax.Array) -> tuple[jax.Array, jax.Array]:
        own = jax.typeof(logits).sharding

        def loss(logits: jax.Array) -> tuple[jax.Array, jax.Array]:
            if gather:
                logits = jax.reshard(logits, NamedSharding(own.mesh, P(None, None)))
            sample = reinmax(logits, key=KEY)
            if gather:
                sample = jax.reshard(sample, own)
            return (weights * sample.y_hard**3 + sample.y_soft**3).sum(), sample.y_hard

        return jax.grad(loss, has_aux=True)(logits)

    return run


def compiled(run: Callable[..., Any], split: P, devices: int, shape: tuple[int, int]) -> Any:
    """A program on the first devices, and its arrays."""
    mesh = jax.make_mesh((devices,), ("d",), devices=jax.devices()[:devices])
    logits, weights = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
    arrays = [jax.device_put(each, NamedSharding(mesh, split)) for each in (logits, weights)]
    return jax.jit(run).lower(*arrays).compile(), arrays


def described(program: Any, devices: int) -> dict[str, int]:
    memory = program.memory_analysis()
    return {
        "bytes_sent": sum(each.wire(devices) for each in collectives(program.as_text())),
        "bytes_of_memory": memory.temp_size_in_bytes
        + memory.argument_size_in_bytes
        + memory.output_size_in_bytes,
    }


def milliseconds(candidates: list[tuple[Any, Any]], rounds: int) -> list[list[float]]:
    """The time of each candidate in each round."""
    times: list[list[float]] = [[] for _ in candidates]
    for number in range(rounds + 2):
        for (program, arrays), column in zip(candidates, times, strict=True):
            start = time.perf_counter()
            jax.block_until_ready(program(*arrays))
            if number >= 2:
                column.append(1e3 * (time.perf_counter() - start))
    return times


def compare(
    label: str, shape: tuple[int, int], devices: int, ours: Any, other: Any, rounds: int
) -> dict[str, Any]:
    """One row of the results: both candidates and the median of their ratio by rounds."""
    mine, theirs = milliseconds([ours, other], rounds)
    row = {
        "case": label,
        "shape": list(shape),
        "devices": devices,
        "ms": round(statistics.median(mine), 3),
        "ms_other": round(statistics.median(theirs), 3),
        "time_ratio": round(statistics.median(a / b for a, b in zip(mine, theirs, strict=True)), 3),
    }
    for name, (program, _) in {"": ours, "_other": other}.items():
        row |= {key + name: value for key, value in described(program, devices).items()}
    row["memory_ratio"] = round(row["bytes_of_memory"] / row["bytes_of_memory_other"], 3)
    if row["bytes_sent_other"]:
        row["bytes_ratio"] = round(row["bytes_sent"] / row["bytes_sent_other"], 4)
    return row


def main(rounds: int = 15, out: Path = OUT) -> None:
    """Measure, print and write."""
    rows = []
    for devices in (2, 4):
        for shape in LONG:
            spread = compiled(gradient(False), P(None, "d"), devices, shape)
            gathered = compiled(gradient(True), P(None, "d"), devices, shape)
            same = [
                np.asarray(each[1]) for each in (spread[0](*spread[1]), gathered[0](*gathered[1]))
            ]
            assert np.array_equal(*same), "the samples differ"
            rows.append(compare("categories", shape, devices, spread, gathered, rounds))
            print(json.dumps(rows[-1]), flush=True)
        # one device does its share in the time in which this machine does all of them
        split = compiled(gradient(False), P("d", None), devices, ROWS)
        local = compiled(gradient(False), P(None, None), 1, (ROWS[0], ROWS[1]))
        rows.append(compare("rows", ROWS, devices, split, local, rounds))
        print(json.dumps(rows[-1]), flush=True)
    about = {"jax": jax.__version__, "cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d")}
    out.write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
