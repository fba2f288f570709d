"""Several samples of a row, and binary variables: ``python -m benchmarks.speed.samples torch``.

``sample_shape`` against a call on logits that are expanded to so many copies, and ``bernoulli``
against two categories and a straight-through of logistic noise.
"""

from __future__ import annotations

import os
import time
from typing import Annotated

import typer

from benchmarks.common import machine, options, results, rows
from benchmarks.common.contract import LOSS, LOSS_ONLY, load

SAMPLE_SHAPE, EXPANDED = "sample_shape", "expanded logits"


def main(
    framework: options.Framework,
    mode: options.Modes = None,
    shapes: options.Shapes = "512x512",
    variables: Annotated[str, typer.Option(help="The shape of the log-odds.")] = "1024x1024",
    samples: Annotated[int, typer.Option(help="How many of each row.")] = 64,
    seconds: options.Seconds = 5.0,
    threads: options.Threads = 2,
    out: options.Out = results.FOLDER,
) -> None:
    """Time many samples in one call and binary variables, next to what they replace."""
    machine.hold(threads)
    machine.warm_allocator()
    peers = load(framework, "cpu")
    about = {**machine.describe(framework, peers.modules, "cpu", threads), "loss": LOSS}
    path = out / f"samples_{framework}_cpu.json"
    several = {
        SAMPLE_SHAPE: peers.of_family("reinmax", 1.0, {"sample_shape": (samples,)}),
        EXPANDED: peers.repeated(peers.ours(1.0), samples),
        LOSS_ONLY: peers.repeated(peers.identity(), samples),
    }
    binary = {**peers.binary(1.0), LOSS_ONLY: peers.identity()}
    for each in rows.chosen(framework, mode):
        for kind, candidates, sizes in (
            (f"{samples} samples", several, shapes),
            ("binary", binary, variables),
        ):
            for shape in rows.parse(sizes):
                row = {
                    "kind": kind,
                    "mode": each,
                    "shape": list(shape),
                    "date": time.strftime("%Y-%m-%d"),
                    "load_average": round(os.getloadavg()[0], 2),
                    **rows.times(peers, candidates, each, "float32", shape, seconds),
                }
                results.add(path, about, [row], ("kind", "mode", "shape"))
                rows.show(row, f"{each}, {kind}")


if __name__ == "__main__":
    typer.run(main)
