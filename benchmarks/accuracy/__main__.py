"""Measure the error of every back end in units of rounding; print, plot and write tables.

    python -m benchmarks.accuracy                      every back end that is installed
    python -m benchmarks.accuracy --backend torch      one; the tables keep what others wrote

Each back end has a process to itself. The truth has 64 bits of mantissa and is held to mpmath in
400 digits first. Results: accuracy.md, accuracy.png and one JSON file a back end.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import backends
from benchmarks.common import results

from . import cases, report, truth


def main(
    backend: Annotated[
        list[str], typer.Option("--backend", help="Measure it; may be repeated.")
    ] = list(backends.NAMES),  # noqa: B006  (typer reads it, nothing changes it)
    device: Annotated[str, typer.Option(help="One of the devices of the sheet.")] = "cpu",
    out: Annotated[Path, typer.Option(help="Where the results go.")] = results.FOLDER,
) -> None:
    """Measure the error of every back end in units of rounding."""
    out.mkdir(parents=True, exist_ok=True)
    console = Console()
    doubt = truth.check()
    console.print(f"truth against mpmath: {doubt:.2g} units of float64 at most")
    with Progress(
        TextColumn("{task.description:<6}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}"),
        console=console,
    ) as progress:
        for name in backend:
            batches = len(backends.sheet(name).dtypes) * len(cases.SIZES)
            bar = progress.add_task(name, total=batches, now="starting")
            command = [sys.executable, "-m", "benchmarks.accuracy.worker", name, device, str(out)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as worker:
                for line in worker.stdout:
                    progress.update(bar, advance=1, now=line.strip())
            if worker.returncode:
                progress.stop()
                raise SystemExit(f"the process of {name} failed; its errors are above")
    records = report.read(out)
    console.print(report.table(records))
    report.write(records, doubt, out)
    console.print(f"{out / 'accuracy.md'}, {out / 'accuracy.png'}", soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
