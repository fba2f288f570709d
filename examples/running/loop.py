"""Train one run, from its last checkpoint if there is one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from . import checkpoint
from .run import Record, Run, read


class Learner(Protocol):
    """A model in training.

    Everything random must be derived from the seed of the run and the number of the epoch or step:
    ``state`` holds none, so that a resumed run repeats an uninterrupted one bit for bit.
    """

    version: str
    """Of the framework."""
    facts: dict[str, Any]
    """JSON values for the record: what the data were."""
    steps: int
    """In an epoch."""

    def train(self, epoch: int) -> dict[str, float]:
        """Take the steps of an epoch, counted from 0; their metrics by name."""

    def evaluate(self) -> dict[str, float]:
        """More metrics, after an epoch; not part of the time that is measured."""

    def results(self) -> dict[str, Any]:
        """JSON values for the record, after the last epoch."""

    def state(self) -> list[np.ndarray]:
        """Parameters and what the optimiser keeps."""

    def restore(self, state: Sequence[np.ndarray]) -> None:
        """Go on from what ``state`` returned."""


def finished(run: Run, folder: Path) -> Record | None:
    """The record of the run if the folder holds it; an error if it holds another one's."""
    path = _record_path(run, folder)
    if not path.exists():
        return None
    record = read(path)
    _check_same(path, asdict(record.run), asdict(run))
    return record


def train(
    run: Run,
    make_learner: Callable[[Run], Learner],
    folder: Path,
    report: Callable[[int, dict[str, float]], object],
) -> Record:
    """The record of the run, also written to the folder.

    ``report`` is called with the number of epochs that are done and the last metrics.
    """
    path = folder / f"{run.name}.checkpoint.npz"
    record = finished(run, folder)
    if record is not None:
        path.unlink(missing_ok=True)  # a kill may have come between the two
        report(run.epochs, record.last)
        return record
    checkpoint.remove_unfinished(path)
    learner = make_learner(run)
    settings = asdict(run) | {"version": learner.version, "facts": learner.facts}
    history: dict[str, list[float]] = {}
    seconds: list[float] = []
    if path.exists():
        state, progress = checkpoint.load(path)
        _check_same(path, progress["settings"], settings)
        history, seconds = progress["history"], progress["seconds"]
        learner.restore(state)
        report(len(seconds), {name: values[-1] for name, values in history.items()})
    for epoch in range(len(seconds), run.epochs):
        start = time.perf_counter()
        metrics = learner.train(epoch)
        seconds.append(time.perf_counter() - start)
        metrics |= learner.evaluate()
        for name, value in metrics.items():
            history.setdefault(name, []).append(value)
        progress = {"settings": settings, "history": history, "seconds": seconds}
        checkpoint.save(path, learner.state(), progress)
        report(epoch + 1, metrics)
    facts, version = learner.facts, learner.version
    record = Record(run, version, facts, history, learner.results(), learner.steps, seconds)
    checkpoint.write(_record_path(run, folder), record.to_json().encode())
    path.unlink()
    return record


def _record_path(run: Run, folder: Path) -> Path:
    return folder / f"{run.name}.json"


def _check_same(path: Path, kept: dict[str, Any], wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if kept[name] != value:
            raise SystemExit(
                f"{path} belongs to a run with {name} {kept[name]!r}, this one has {value!r}: "
                "give this one another folder with --out, or delete the file."
            )
