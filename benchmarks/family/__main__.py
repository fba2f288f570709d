"""The whole family, forward and backward: ``python -m benchmarks.family torch``."""

from __future__ import annotations

import time

import typer

from benchmarks.common import machine, options, results, rows
from benchmarks.common.contract import LOSS, load

from .cases import DTYPE, SHAPES, Estimators, cases


def main(
    framework: options.Framework,
    mode: options.Modes = None,
    estimator: Estimators = None,
    shapes: options.Shapes = SHAPES,
    seconds: options.Seconds = 1.0,
    threads: options.Threads = 2,
    device: options.Device = "cpu",
    out: options.Out = results.FOLDER,
) -> None:
    """Time each estimator and its formulations, forward and backward, in one framework."""
    machine.hold(threads)
    peers = load(framework, device)
    about = {**machine.describe(framework, peers.modules, device, threads), "loss": LOSS}
    path = out / f"family_{framework}_{device}.json"
    for each in rows.chosen(framework, mode):
        for shape in rows.parse(shapes):
            for case in cases(estimator):
                row = {
                    "mode": each,
                    "dtype": DTYPE,
                    "shape": list(shape),
                    **case._asdict(),
                    "date": time.strftime("%Y-%m-%d"),
                    **rows.times(peers, case.candidates(peers), each, DTYPE, shape, seconds),
                }
                results.add(path, about, [row], ("mode", "shape", *case._fields))
                rows.show(row, f"{each} {case.estimator}, tau {case.tau:g}")


if __name__ == "__main__":
    typer.run(main)
