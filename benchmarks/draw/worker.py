"""The process of one back end; prints a line after each distance and writes them as JSON."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import typer

import backends

from .measure import measure


def work(name: str, out: Path) -> None:
    """Measure the draws of one back end."""
    distances = []
    for distance in measure(name, backends.driver(name, "cpu")):
        distances.append(dataclasses.astuple(distance))
        print(f"{distance.sampler}, {distance.kind}, K = {distance.size}", flush=True)
    (out / f"draw-{name}.json").write_text(json.dumps(distances), encoding="utf-8")


if __name__ == "__main__":
    typer.run(work)
