"""Train a categorical VAE on handwritten digits in each framework; print a table, draw a picture.

Each framework has a process to itself, one after the other: TensorFlow and PyTorch are not to share
one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from . import experiment, options, report

ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    # Matrices this small gain nothing from a second thread (a step of PyTorch takes 1.7 ms without
    # it, 1.6 ms with it), and OpenMP's barriers cost 80 ms a step when another process wants it.
    "OMP_NUM_THREADS": "1",
}
ALL_FRAMEWORKS = list(options.Framework)
TWO_ESTIMATORS = [options.Estimator.reinmax, options.Estimator.straight_through]


def main(
    framework: Annotated[
        list[options.Framework], typer.Option("--framework", help="Train in it; may be repeated.")
    ] = ALL_FRAMEWORKS,
    estimator: options.Estimators = TWO_ESTIMATORS,
    epochs: options.Epochs = 200,
    seed: options.Seed = 0,
    out: options.Out = Path("out/digits_vae"),
) -> None:
    """Train a categorical VAE on handwritten digits in each framework."""
    start = time.perf_counter()
    frameworks = [each.value for each in framework]
    estimators = [each.value for each in estimator]
    _require(frameworks)
    out.mkdir(parents=True, exist_ok=True)
    settings = ["--epochs", str(epochs), "--seed", str(seed), "--out", str(out)]
    settings += [word for each in estimators for word in ("--estimator", each)]
    with Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}"),
    ) as progress:
        for name in frameworks:
            title = experiment.FRAMEWORKS[name].title
            bar = progress.add_task(title, total=epochs * len(estimators), now="starting")
            _train(name, settings, progress, bar)
    records = [experiment.read(out, name, each) for name in frameworks for each in estimators]
    picture = out / "digits_vae.png"
    report.picture(records, picture)
    console = Console()
    console.print(report.table(records))
    seconds = time.perf_counter() - start
    console.print(f"{seconds:.0f} seconds in all; records and picture: {picture}", soft_wrap=True)


def _require(frameworks: Sequence[str]) -> None:
    for name in frameworks:
        title, module = experiment.FRAMEWORKS[name]
        if importlib.util.find_spec(module) is None:
            _fail(
                f"{title} is not installed: python -m pip install 'reinmax-multi[{name}]', or name "
                "the frameworks that you have with --framework."
            )


def _train(framework: str, settings: Sequence[str], progress: Progress, bar: int) -> None:
    """Run the worker of one framework, and move the bar as it goes."""
    command = [sys.executable, "-m", f"{__package__}.worker", framework, *settings]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        with subprocess.Popen(
            command,
            env=os.environ | ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=complaints,
            encoding="utf-8",
        ) as worker:
            for line in worker.stdout:
                epoch = json.loads(line)
                now = f"{epoch['estimator']}: -ELBO {epoch['held_out']:.2f}"
                progress.update(bar, advance=1, now=now)
        if worker.returncode:
            progress.stop()
            complaints.seek(0)
            title = experiment.FRAMEWORKS[framework].title
            _fail(f"{complaints.read()}\nThe process of {title} failed; its errors are above.")


def _fail(message: str) -> None:
    print(message, file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    typer.run(main)
