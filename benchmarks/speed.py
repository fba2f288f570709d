"""Time ReinMax and its peers in one framework: ``python -m benchmarks.speed torch --mode eager``.

Each row of the result is one mode, dtype and shape. A peer that fails is in the row with its error.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

import backends

from . import machine, results
from .contract import LOSS, Peers, Shape
from .rounds import interleave

SHAPES = "32768x32 65536x8 262144x2 8192x512 128x50257 16x131072 64x10"
TAUS = (1.0, 1.5)
MODES = {"torch": ["eager", "compiled"], "jax": ["compiled"], "tf": ["eager", "graph", "compiled"]}
DTYPES = ["float32", "bfloat16"]
COPIED = 2**25  # float32 numbers: more than the caches hold


def main(
    framework: Annotated[str, typer.Argument(help="torch, jax or tf")],
    mode: Annotated[list[str] | None, typer.Option(help="May be repeated; all by default.")] = None,
    dtype: Annotated[list[str], typer.Option(help="May be repeated.")] = DTYPES,
    shapes: Annotated[str, typer.Option(help="Rows x categories, separated by spaces.")] = SHAPES,
    seconds: Annotated[float, typer.Option(help="For all the rounds of one row.")] = 2.0,
    threads: int = 2,
    device: str = "cpu",
    out: Annotated[Path, typer.Option(help="The folder of the results.")] = results.FOLDER,
) -> None:
    """Time ReinMax and its peers in one framework, forward and backward."""
    sheet = backends.sheet(framework)
    peers = machine.peers(framework, device, threads)
    about = {
        "framework": framework,
        **machine.describe(peers.modules, device, threads),
        "loss": LOSS,
    }
    path = out / f"speed_{framework}_{device}.json"
    bandwidth = _bandwidth(peers)
    for each in mode or MODES[framework]:
        for kind in (kind for kind in dtype if kind in sheet.modes[each]):
            for shape in map(_shape, shapes.split()):
                start = time.perf_counter()
                row = {
                    "mode": each,
                    "dtype": kind,
                    "shape": list(shape),
                    "date": time.strftime("%Y-%m-%d"),
                    "copy_bytes_per_second": bandwidth,
                    **_measure(peers, each, kind, shape, seconds),
                }
                results.add(path, about, [row], _key)
                _tell(row, time.perf_counter() - start)


def _measure(peers: Peers, mode: str, dtype: str, shape: Shape, seconds: float) -> dict[str, Any]:
    steps, handicaps, failures = {}, {}, {}
    for name, function in peers.candidates(TAUS).items():
        try:
            step = peers.step(mode, function, shape, dtype)
            step.run()
        except Exception as error:  # whatever a peer raises belongs to the result
            failures[name] = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
            continue
        steps[name] = step.run
        if step.handicap:
            handicaps[name] = step.handicap
    times = {name: asdict(timing) for name, timing in interleave(steps, seconds).items()}
    return {"milliseconds": times, "handicaps": handicaps, "failures": failures}


def _bandwidth(peers: Peers) -> float:
    """Bytes read and written a second by a plain copy."""
    timing = interleave({"copy": peers.copy(COPIED)}, 0.5)["copy"]
    return 2 * 4 * COPIED / (1e-3 * timing.median)


def _shape(text: str) -> Shape:
    rows, categories = map(int, text.split("x"))
    return rows, categories


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["mode"], row["dtype"], *row["shape"]


def _tell(row: dict[str, Any], seconds: float) -> None:
    rows, categories = row["shape"]
    print(f"{row['mode']} {row['dtype']} {rows}x{categories}  ({seconds:.0f} s)", flush=True)
    for name, timing in row["milliseconds"].items():
        spread = f"{timing['lower']:.3f} - {timing['upper']:.3f}"
        handicap = row["handicaps"].get(name, "")
        print(f"  {name:42}{timing['median']:10.3f} ms  ({spread}) {handicap}", flush=True)
    for name, failure in row["failures"].items():
        print(f"  {name:42}{failure}", flush=True)


if __name__ == "__main__":
    typer.run(main)
