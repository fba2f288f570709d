"""Train the runs of an example, the frameworks one after the other, each in its own process.

TensorFlow and PyTorch are not to share one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from . import loop
from .frameworks import ENVIRONMENT, FRAMEWORKS, require
from .run import Record, Run

BAR_WIDTH = 10
"""So narrow that the line of a framework fits 80 characters."""


def train(example: str, runs: Sequence[Run], out: Path, metric: str) -> list[Record]:
    """The records of the runs; those that the folder holds are not trained again, only read.

    ``example`` is the name of its package, ``metric`` the one to show while it trains.
    """
    pending = [run for run in runs if loop.finished(run, out) is None]
    frameworks = dict.fromkeys(run.framework for run in pending)
    require(frameworks)
    out.mkdir(parents=True, exist_ok=True)
    with Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(BAR_WIDTH),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}", table_column=Column(no_wrap=True)),
    ) as progress:
        for name in frameworks:
            chosen = [run for run in pending if run.framework == name]
            total = sum(run.epochs for run in chosen)
            bar = progress.add_task(FRAMEWORKS[name].title, total=total, now="starting")
            _train(example, chosen, out, metric, progress, bar)
    return [loop.finished(run, out) for run in runs]


def _train(
    example: str, runs: Sequence[Run], out: Path, metric: str, progress: Progress, bar: int
) -> None:
    """Run the worker of one framework, and move the bar as it goes."""
    done: dict[str, int] = {}
    names = {run.name: run.estimator for run in runs}
    command = [sys.executable, "-m", f"{__package__}.worker", example, str(out)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        with subprocess.Popen(
            command,
            env=ENVIRONMENT | os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            encoding="utf-8",
        ) as worker:
            with worker.stdin:
                json.dump([asdict(run) for run in runs], worker.stdin)
            for line in worker.stdout:
                epoch = json.loads(line)
                done[epoch["run"]] = epoch["done"]
                now = f"{names[epoch['run']]}: {metric} {epoch['metrics'][metric]:.4g}"
                progress.update(bar, completed=sum(done.values()), now=now)
        if worker.returncode:
            progress.stop()
            complaints.seek(0)
            title = FRAMEWORKS[runs[0].framework].title
            raise SystemExit(f"{complaints.read()}\nThe process of {title} failed; see above.")
