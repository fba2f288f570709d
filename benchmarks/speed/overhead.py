"""What one small call costs besides arithmetic: ``python -m benchmarks.speed.overhead torch``.

Counts operations, and in eager modes the Python time between the call and the first of them. That a
new value of tau compiles nothing anew is a promise of the package, held by tests/conformance.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

import typer

from benchmarks.common import machine, options, results, rows
from benchmarks.common.contract import LOSS_ONLY, Operations, inspection, load

SHAPE = (64, 10)
DTYPE = "float32"
REPEATS = 50


def main(
    framework: options.Framework,
    mode: options.Modes = None,
    threads: options.Threads = 2,
    out: options.Out = results.FOLDER,
) -> None:
    """Count the operations of ReinMax and its peers at 64 x 10 in one framework."""
    machine.hold(threads)
    peers = load(framework, "cpu")
    inspected = inspection(framework)
    about = machine.describe(framework, peers.modules, "cpu", threads)
    path = out / f"overhead_{framework}_cpu.json"
    for each in rows.chosen(framework, mode):
        for name, function in peers.candidates(rows.TAUS).items():
            if name == LOSS_ONLY:
                continue
            row = {"mode": each, "name": name, "date": time.strftime("%Y-%m-%d")}
            try:
                row |= _median(
                    [
                        inspected.operations(peers, each, function, SHAPE, DTYPE)
                        for _ in range(REPEATS if each == "eager" else 1)
                    ]
                )
            except Exception as error:  # whatever a peer raises belongs to the result
                row["failure"] = rows.head(error)
            results.add(path, about, [row], ("mode", "name"))
            print(row, flush=True)


def _median(runs: Sequence[Operations]) -> dict[str, Any]:
    """The counts, and the median of the times."""
    waits = [run.waited for run in runs if run.waited is not None]
    waited = round(statistics.median(waits), 1) if waits else None
    return {**runs[0]._asdict(), "waited": waited}


if __name__ == "__main__":
    typer.run(main)
