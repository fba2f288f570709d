"""ReinMax and its peers, forward and backward: ``python -m benchmarks.speed torch``."""

from __future__ import annotations

import typer

from benchmarks.common import options, results, rows

SHAPES = "32768x32 65536x8 262144x2 8192x512 128x50257 16x131072 64x10"
DTYPES = ["float32", "bfloat16"]


def main(
    framework: options.Framework,
    mode: options.Modes = None,
    dtype: options.Dtypes = DTYPES,
    shapes: options.Shapes = SHAPES,
    seconds: options.Seconds = 2.0,
    threads: options.Threads = 2,
    device: options.Device = "cpu",
    out: options.Out = results.FOLDER,
) -> None:
    """Time ReinMax and its peers, forward and backward, in one framework."""
    rows.measure("speed", framework, mode, dtype, shapes, seconds, threads, device, out)


if __name__ == "__main__":
    typer.run(main)
