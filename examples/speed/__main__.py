"""Steps a second of the examples in each framework, as a table and JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ..running import checkpoint, options
from ..running.frameworks import ENVIRONMENT, FRAMEWORKS, require
from ..vae.__main__ import Estimator

REINMAX = Estimator("reinmax")


def main(
    framework: options.Frameworks = options.EVERY_FRAMEWORK,
    estimator: Annotated[Estimator, typer.Option(help="The estimator, at tau = 1.")] = REINMAX,
    out: Annotated[Path, typer.Option(help="The figures as JSON.")] = Path("out/speed.json"),
) -> None:
    """Measure the examples; keep the machine quiet meanwhile."""
    require(each.value for each in framework)
    table = Table(title=f"{estimator.value}, one thread of OpenMP", box=SIMPLE_HEAD)
    table.add_column("example")
    table.add_column("framework")
    table.add_column("steps/s", justify="right")
    table.add_column("share of the estimator", justify="right")
    figures = []
    for each in framework:
        command = [sys.executable, "-m", f"{__package__}.measure", each.value, estimator.value]
        done = subprocess.run(
            command, env=ENVIRONMENT | os.environ, stdout=subprocess.PIPE, text=True, check=True
        )
        for line in done.stdout.splitlines():
            facts = json.loads(line)
            figures.append({"framework": each.value, "estimator": estimator.value} | facts)
            table.add_row(
                facts["example"],
                FRAMEWORKS[each.value].title,
                f"{facts['steps a second']:.0f}",
                f"{facts['share']:.0%}",
            )
    out.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.write(out, (json.dumps(figures, indent=1) + "\n").encode())
    console = Console()
    console.print(table)
    console.print(f"figures: {out}", soft_wrap=True)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(main)

if __name__ == "__main__":
    app()
