"""The same times over three decades and more: against N at K = 32, against K at N K = 2**22."""

from __future__ import annotations

import typer

from benchmarks.common import options, results, rows

CATEGORIES, ELEMENTS = 32, 2**22
ALONG_N = [(2**power // CATEGORIES, CATEGORIES) for power in range(12, 23, 2)]
ALONG_K = [(ELEMENTS // 2**power, 2**power) for power in range(1, 18, 2)]
# A set: both series meet at K = 32 and N K = 2**22.
SHAPES = " ".join(f"{n}x{k}" for n, k in sorted({*ALONG_N, *ALONG_K}))
DTYPES = ["float32"]


def main(
    framework: options.Framework,
    mode: options.Modes = None,
    dtype: options.Dtypes = DTYPES,
    shapes: options.Shapes = SHAPES,
    seconds: options.Seconds = 1.0,
    threads: options.Threads = 2,
    device: options.Device = "cpu",
    out: options.Out = results.FOLDER,
) -> None:
    """Time ReinMax and its peers against N at K = 32 and against K at N K = 2^22."""
    rows.measure("growth", framework, mode, dtype, shapes, seconds, threads, device, out)


if __name__ == "__main__":
    typer.run(main)
