"""Memory of one forward and backward pass: ``python -m benchmarks.speed.memory torch``.

Each candidate has a process of its own. The arrays are larger than the C library keeps for later
use, 32 MiB, so freed ones do not hide in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Annotated, Any

import typer

from benchmarks.common import machine, options, results, rows
from benchmarks.common.contract import Peers, Shape, inspection, load
from benchmarks.common.resident import NO_HOARDING, rise

SHAPES = "32768x512 128x131072"
DTYPE = "float32"
ITEMSIZE = 4


def main(
    framework: options.Framework,
    mode: options.Modes = None,
    shapes: options.Shapes = SHAPES,
    threads: options.Threads = 2,
    out: options.Out = results.FOLDER,
    candidate: Annotated[
        list[str] | None, typer.Option(help="May be repeated; all by default.")
    ] = None,
    here: Annotated[bool, typer.Option(hidden=True, help="In this process.")] = False,
) -> None:
    """Measure what ReinMax and its peers keep for the backward pass, and their peak."""
    machine.hold(threads)
    peers = load(framework, "cpu")
    if here:
        (one,), (shape,) = candidate, rows.parse(shapes)
        print(json.dumps(_measure(framework, peers, mode[0], one, shape)))
        return
    about = machine.describe(framework, peers.modules, "cpu", threads)
    for each in rows.chosen(framework, mode):
        for shape in rows.parse(shapes):
            for name in candidate or peers.candidates(rows.TAUS):
                row = {"mode": each, "name": name, "shape": list(shape)}
                row |= {
                    "date": time.strftime("%Y-%m-%d"),
                    **_ask(framework, each, shape, name, threads),
                }
                path = out / f"memory_{framework}_cpu.json"
                results.add(path, about, [row], ("mode", "shape", "name"))
                print(row, flush=True)


def _ask(framework: str, mode: str, shape: Shape, name: str, threads: int) -> dict[str, Any]:
    settings = ["--mode", mode, "--shapes", "x".join(map(str, shape)), "--threads", str(threads)]
    command = [
        sys.executable,
        "-m",
        "benchmarks.speed.memory",
        framework,
        *settings,
        "--candidate",
        name,
        "--here",
    ]
    environment = os.environ | NO_HOARDING
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        return {"failure": done.stderr.strip().splitlines()[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def _measure(
    framework: str, peers: Peers, mode: str, name: str, shape: Shape
) -> dict[str, float | None]:
    """All in units of the logits' size."""
    function = peers.candidates(rows.TAUS)[name]
    inspected = inspection(framework)
    unit = shape[0] * shape[1] * ITEMSIZE
    found = {
        "peak": rise(peers.step(mode, function, shape, DTYPE).run),
        "saved": inspected.saved(peers, mode, function, shape, DTYPE),
        "planned": inspected.planned(peers, mode, function, shape, DTYPE),
    }
    return {key: None if size is None else round(size / unit, 3) for key, size in found.items()}


if __name__ == "__main__":
    typer.run(main)
