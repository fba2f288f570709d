"""Compare the distribution that a draw induces with softmax in float64; print and write a table.

    python -m benchmarks.draw                      every back end that is installed
    python -m benchmarks.draw --backend torch      one; the table keeps what others wrote

This package's distribution is computed exactly, from each framework's own softmax; the samplers of
the frameworks are counted. Results: draw.md and one JSON file a back end.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import backends
from benchmarks.common import results
from benchmarks.common.markdown import table as markdown

from .measure import Distance

HEAD = (
    "sampler",
    "row",
    "K",
    "dtype",
    "draws",
    "total variation",
    "by chance",
    "worst relative error",
    "deviations",
    "impossible",
)
TEXT = """# The draw

Written by `python -m benchmarks.draw`: how far the distribution of a draw is from softmax(logits)
in float64. For this package both numbers are exact: every value of the noise is counted, in closed
form, from the framework's own float32 softmax. Other samplers are counted: `by chance` is the total
variation that exact sampling shows on average with as many draws, `worst relative error` (of
categories with more than 1e-6) contains the same sampling error, and `deviations` is the greatest
distance of a count from its mean in standard deviations; about 5 is to be expected of 131072
categories. `impossible` is the share of draws of categories of probability 0.
"""


def main(
    backend: Annotated[
        list[str], typer.Option("--backend", help="Measure it; may be repeated.")
    ] = list(backends.NAMES),  # noqa: B006  (typer reads it, nothing changes it)
    out: Annotated[Path, typer.Option(help="Where the results go.")] = results.FOLDER,
) -> None:
    """Compare the distribution that a draw induces with softmax in float64."""
    out.mkdir(parents=True, exist_ok=True)
    console = Console()
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        for name in backend:
            task = progress.add_task(name)
            command = [sys.executable, "-m", "benchmarks.draw.worker", name, str(out)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as worker:
                for line in worker.stdout:
                    progress.update(task, description=line.strip())
            if worker.returncode:
                progress.stop()
                raise SystemExit(f"the process of {name} failed; its errors are above")
            progress.update(task, description=name, total=1, completed=1)
    paths = sorted(out.glob("draw-*.json"))
    distances = [Distance(*d) for path in paths for d in json.loads(path.read_text("utf-8"))]
    body = [_row(distance) for distance in distances]
    table = Table(title="Distance of a draw from softmax(logits)")
    for title in HEAD:
        table.add_column(title)
    for row in body:
        table.add_row(*row)
    console.print(table)
    (out / "draw.md").write_text(f"{TEXT}\n{markdown(HEAD, body)}\n", encoding="utf-8")


def _row(distance: Distance) -> tuple[str, ...]:
    counted = distance.draws > 0
    return (
        distance.sampler,
        distance.kind,
        str(distance.size),
        distance.dtype,
        f"{distance.draws:.0e}" if counted else "exact",
        f"{distance.variation:.2g}",
        f"{distance.by_chance:.2g}" if counted else "0",
        f"{distance.relative:.2g}",
        f"{distance.deviations:.1f}" if counted else "0",
        f"{distance.impossible:.2g}",
    )


if __name__ == "__main__":
    typer.run(main)
