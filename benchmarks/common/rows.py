"""Rows of a result: all candidates of a framework in one mode, dtype and shape, timed together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import backends

from . import machine, results
from .contract import LOSS, Function, Peers, Shape, load
from .rounds import interleave

TAUS = (1.0, 1.5)
MODES = {"torch": ("eager", "compiled"), "jax": ("compiled",), "tf": ("eager", "graph", "compiled")}
COPIED = 2**25  # float32 numbers: more than the caches hold


def chosen(framework: str, modes: Sequence[str] | None) -> Sequence[str]:
    """The modes that were asked for, or all; a name that the framework lacks is an error."""
    for mode in modes or ():
        if mode not in MODES[framework]:
            import typer  # a machine that only measures needs no command line

            raise typer.BadParameter(
                f"{framework} has no mode {mode}; take one of {', '.join(MODES[framework])}",
                param_hint="--mode",
            )
    return modes or MODES[framework]


def measure(
    program: str,
    framework: str,
    modes: Sequence[str] | None,
    dtypes: Sequence[str],
    shapes: str,
    seconds: float,
    threads: int,
    device: str,
    out: Path,
) -> None:
    """Measure rows and add each to the results of the program as soon as it is there."""
    sheet = backends.sheet(framework)
    machine.hold(threads)
    machine.warm_allocator()
    peers = load(framework, device)
    about = {**machine.describe(framework, peers.modules, device, threads), "loss": LOSS}
    path = out / f"{program}_{framework}_{device}.json"
    bandwidth = _bandwidth(peers)
    for mode in chosen(framework, modes):
        for dtype in (dtype for dtype in dtypes if dtype in sheet.modes[mode]):
            for shape in parse(shapes):
                row = {
                    "mode": mode,
                    "dtype": dtype,
                    "shape": list(shape),
                    "date": time.strftime("%Y-%m-%d"),
                    "copy_bytes_per_second": bandwidth,
                    **times(peers, peers.candidates(TAUS), mode, dtype, shape, seconds),
                }
                results.add(path, about, [row], ("mode", "dtype", "shape"))
                show(row, f"{mode} {dtype}")


def times(
    peers: Peers,
    candidates: Mapping[str, Function],
    mode: str,
    dtype: str,
    shape: Shape,
    seconds: float,
) -> dict[str, Any]:
    """The times of all candidates that run; why the others do not, and what slowed some."""
    steps, omissions, failures = {}, {}, {}
    for name, function in candidates.items():
        try:
            step = peers.step(mode, function, shape, dtype)
            step.run()
        except Exception as error:  # whatever a peer raises belongs to the result
            failures[name] = head(error)
            continue
        steps[name] = step.run
        if step.omission:
            omissions[name] = step.omission
    found = {name: asdict(timing) for name, timing in interleave(steps, seconds).items()}
    return {"milliseconds": found, "omissions": omissions, "failures": failures}


def head(error: Exception) -> str:
    """The first line of an error."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"


def _bandwidth(peers: Peers) -> float:
    """Bytes read and written a second by a plain copy."""
    timing = interleave({"copy": peers.copy(COPIED)}, 0.5)["copy"]
    return round(2 * 4 * COPIED / (1e-3 * timing.median))


def parse(text: str) -> Iterator[Shape]:
    """Shapes as the command line writes them."""
    for word in text.split():
        rows, categories = map(int, word.split("x"))
        yield rows, categories


def show(row: dict[str, Any], title: str) -> None:
    """Print a row."""
    rows, categories = row["shape"]
    print(f"{title} {rows}x{categories}", flush=True)
    for name, timing in row["milliseconds"].items():
        spread = f"{timing['lower']:.3f} - {timing['upper']:.3f}"
        omission = row["omissions"].get(name, "")
        print(f"  {name:42}{timing['median']:10.3f} ms  ({spread}) {omission}", flush=True)
    for name, failure in row["failures"].items():
        print(f"  {name:42}{failure}", flush=True)
