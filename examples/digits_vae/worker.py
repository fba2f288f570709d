"""The process of one framework; prints a line of JSON after each epoch and writes the records."""

from __future__ import annotations

import json
from functools import partial

import typer

from . import experiment, options


def work(
    framework: options.Framework,
    estimator: options.Estimators,
    epochs: options.Epochs,
    seed: options.Seed,
    out: options.Out,
) -> None:
    """Train the models of one framework."""
    for each in estimator:
        after_epoch = partial(_tell, each.value)
        experiment.run(framework.value, each.value, epochs, seed, after_epoch).write(out)


def _tell(estimator: str, held_out: float) -> None:
    print(json.dumps({"estimator": estimator, "held_out": held_out}), flush=True)


if __name__ == "__main__":
    typer.run(work)
