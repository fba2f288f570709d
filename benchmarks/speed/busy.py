"""The same beside a core that is busy: ``python -m benchmarks.speed.busy torch``.

A data loader or another process takes one of the cores. The program times all candidates on the
machine as it is, then again while a process that it starts, and ends, keeps the last core busy.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from benchmarks.common import machine, options, results, rows
from benchmarks.common.contract import LOSS, load, our_name
from benchmarks.speed import tables

SHAPES = "32768x32 8192x512"


def main(
    framework: options.Framework,
    mode: options.Modes = None,
    shapes: options.Shapes = SHAPES,
    seconds: options.Seconds = 5.0,
    threads: options.Threads = 2,
    out: options.Out = results.FOLDER,
) -> None:
    """Time ReinMax and its peers on a quiet machine and beside one busy core."""
    machine.hold(threads)
    machine.warm_allocator()
    peers = load(framework, "cpu")
    about = {**machine.describe(framework, peers.modules, "cpu", threads), "loss": LOSS}
    path = out / f"busy_{framework}_cpu.json"
    for each in rows.chosen(framework, mode):
        for shape in rows.parse(shapes):
            row = {
                "mode": each,
                "dtype": "float32",
                "shape": list(shape),
                "date": time.strftime("%Y-%m-%d"),
                "load_average": round(os.getloadavg()[0], 2),
            }
            arguments = peers, peers.candidates(rows.TAUS), each, "float32", shape, seconds
            row["quiet"] = rows.times(*arguments)
            with busy_core():
                row["busy"] = rows.times(*arguments)
            results.add(path, about, [row], ("mode", "dtype", "shape"))
            _show(row)


@contextmanager
def busy_core() -> Iterator[subprocess.Popen[bytes]]:
    """A process that computes on the last of the cores of this one, until the block ends."""
    load = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(load.pid, {max(os.sched_getaffinity(0))})
        yield load
    finally:
        load.kill()
        load.wait()


def _show(row: results.Result) -> None:
    """Our median as a ratio to that of the fastest peer, quiet and busy."""
    print("{} {}x{}".format(row["mode"], *row["shape"]), flush=True)
    for tau in rows.TAUS:
        shown = []
        for state in ("quiet", "busy"):
            peer = tables.fastest_peer(row[state])
            ours = row[state]["milliseconds"][our_name(tau)]["median"]
            against = f", {ours / peer[1]:.2f} of {peer[0]}" if peer else ""
            shown.append(f"{state} {ours:.2f} ms{against}")
        print(f"  tau {tau:g}: {'; '.join(shown)}", flush=True)


if __name__ == "__main__":
    typer.run(main)
