"""The process of one framework: trains the runs that it reads as JSON from standard input.

It prints a line of JSON after each epoch.
"""

from __future__ import annotations

import importlib
import json
import sys
from functools import partial
from pathlib import Path

from . import loop
from .run import Run


def work(example: str, out: Path, runs: list[Run]) -> None:
    """Train one run after the other; ``example`` is the name of its package."""
    make_learner = importlib.import_module(f"{example}.experiment").learner
    for run in runs:
        loop.train(run, make_learner, out, partial(_report, run))


def _report(run: Run, done: int, metrics: dict[str, float]) -> None:
    print(json.dumps({"run": run.name, "done": done, "metrics": metrics}), flush=True)


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), [Run(**facts) for facts in json.load(sys.stdin)])
