"""Memory of each estimator and its formulations: ``python -m benchmarks.family.peak torch``.

The peak is that of ``benchmarks.speed.memory``, in one process a mode and shape. The C library
gives back what is longer than a few pages, so no candidate finds what another one has left.
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
from benchmarks.common.contract import Peers, Shape, load
from benchmarks.common.resident import NO_HOARDING, rise

from .cases import DTYPE, SHAPES, Case, Estimators, cases

GIVING_BACK = NO_HOARDING | {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}


def main(
    framework: options.Framework,
    mode: options.Modes = None,
    estimator: Estimators = None,
    shapes: options.Shapes = SHAPES,
    threads: options.Threads = 2,
    out: options.Out = results.FOLDER,
    here: Annotated[bool, typer.Option(hidden=True, help="In this process.")] = False,
) -> None:
    """Measure the peak of one forward and backward pass of each estimator and formulation."""
    machine.hold(threads)
    peers = load(framework, "cpu")
    modes = rows.chosen(framework, mode or rows.MODES[framework][-1:])
    if here:
        for shape in rows.parse(shapes):
            for case in (case for case in cases(estimator) if case.tau == 1):
                print(json.dumps(case._asdict() | _peaks(peers, case, modes[0], shape)), flush=True)
        return
    about = machine.describe(framework, peers.modules, "cpu", threads)
    for each in modes:
        for shape in rows.parse(shapes):
            facts = {"mode": each, "shape": list(shape), "date": time.strftime("%Y-%m-%d")}
            found = [facts | row for row in _ask(framework, each, estimator, shape, threads)]
            path = out / f"peak_{framework}_cpu.json"
            results.add(path, about, found, ("mode", "shape", "estimator", "tau"))
            print(*found, sep="\n", flush=True)


def _ask(
    framework: str, mode: str, estimators: list[str] | None, shape: Shape, threads: int
) -> list[dict[str, Any]]:
    settings = ["--mode", mode, "--shapes", "x".join(map(str, shape)), "--threads", str(threads)]
    settings += [word for name in estimators or () for word in ("--estimator", name)]
    command = [sys.executable, "-m", "benchmarks.family.peak", framework, *settings, "--here"]
    done = subprocess.run(
        command, env=os.environ | GIVING_BACK, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _peaks(peers: Peers, case: Case, mode: str, shape: Shape) -> dict[str, Any]:
    """MiB."""
    peaks, failures = {}, {}
    for name, function in case.candidates(peers).items():
        try:
            step = peers.step(mode, function, shape, DTYPE)
            peaks[name] = round(rise(step.run) / 2**20, 2)
        except Exception as error:  # whatever a formulation raises belongs to the result
            failures[name] = rows.head(error)
    return {"peak_mib": peaks, "failures": failures}


if __name__ == "__main__":
    typer.run(main)
