"""Measure bias, spread and length of every estimator's gradient on a few losses.

    python -m benchmarks.estimators jax

The gradients of the losses are exact, by enumeration. Nothing is timed, so the machine need not be
quiet. Results: estimators.json, from which ``benchmarks.pages`` writes the tables of README and
docs/choosing.md and ``picture.py`` draws the picture.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.progress import Progress

import reinmax_multi
from reinmax_multi import estimators

from . import picture
from .problems import CASES, SEED, Case

OUT = Path(__file__).parents[1] / "results" / "estimators.json"
TAUS = (0.5, 1.0, 1.5, 2.0)
CONFIGURATIONS = 2**17
LENGTH_BATCH, LENGTH_BATCHES = 512, 8


def main(
    framework: Annotated[str, typer.Argument(help="torch, jax or tf.")],
    case: Annotated[list[str] | None, typer.Option(help="A loss; may be repeated.")] = None,
    estimator: Annotated[list[str] | None, typer.Option(help="One; may be repeated.")] = None,
    num_samples: Annotated[int, typer.Option(min=64, help="Where nothing is enumerated.")] = 40_000,
    out: Annotated[Path, typer.Option(help="The results.")] = OUT,
) -> None:
    """Measure the estimators on a few losses."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    chosen = [each for each in CASES if case is None or each.name in case]
    names = estimators.__all__ if estimator is None else estimator
    with Progress() as progress:
        task = progress.add_task("losses", total=len(chosen))
        measured = {}
        for each in chosen:
            measured[each.name] = measure(framework, each, names, num_samples)
            progress.advance(task)
    package = importlib.import_module(f"reinmax_multi.{framework}._evaluator")
    about = {
        "framework": package.Evaluator.framework,
        "reinmax-multi": reinmax_multi.__version__,
        "Python": sys.version.partition(" ")[0],
    }
    content = {"about": about, "losses": measured, "picture": picture.measure()}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def measure(framework: str, case: Case, names: Sequence[str], num_samples: int) -> dict[str, Any]:
    """The reference of a loss and a record for each estimator and temperature."""
    package = importlib.import_module(f"reinmax_multi.{framework}")
    make = importlib.import_module(f"reinmax_multi.{framework}._evaluator").Evaluator
    problem = case.make()
    loss, logits = problem.loss(make.xp, make.asarray), make.asarray(problem.logits)
    family = {name: getattr(package, name) for name in names}
    result = package.diagnose(
        loss, logits, family, taus=TAUS, num_samples=num_samples, max_configurations=CONFIGURATIONS
    )
    evaluator, exact = make(loss, logits), float(np.linalg.norm(result.gradient))
    records = []
    for record in result.records:
        gradient = evaluator.gradient(family[record["estimator"]], {"tau": record["tau"]})
        records.append(
            {
                **{key: value for key, value in record.items() if key != "seconds"},
                "relative_length": _length(gradient) / exact,
            }
        )
    return {"title": case.title, "reference": result.reference, "records": records}


def _length(gradient: Any) -> float:
    """The root mean square of the norm of one sample's gradient."""
    batches = (gradient(LENGTH_BATCH, SEED + number, None) for number in range(LENGTH_BATCHES))
    squares = np.concatenate([np.sum(np.square(batch), axis=-1) for batch in batches])
    return math.sqrt(squares.mean())


if __name__ == "__main__":
    typer.run(main)
