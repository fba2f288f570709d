"""A run, and the record that it leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Run:
    """One training; all that its record follows from.

    ``variant`` names the problem among those of the example and is part of the file's name;
    ``options`` are what else the example wants to know, JSON values by name.
    """

    framework: str
    estimator: str
    tau: float
    seed: int
    epochs: int
    variant: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The stem of its files."""
        words = (self.variant, self.framework, self.estimator, f"tau{self.tau:g}")
        return "_".join((*words, f"seed{self.seed}"))


@dataclass(frozen=True)
class Record:
    """What a run leaves; all but ``seconds`` follows from the run, also if it was resumed."""

    run: Run
    version: str
    """Of the framework."""
    facts: dict[str, Any]
    """The data and settings of the learner."""
    history: dict[str, list[float]]
    """Each metric after each epoch."""
    results: dict[str, Any]
    """What was found after the last epoch."""
    steps: int
    """In an epoch."""
    seconds: list[float]
    """Of the steps of each epoch; the first compiles."""

    @property
    def last(self) -> dict[str, float]:
        """The metrics after the last epoch."""
        return {name: values[-1] for name, values in self.history.items()}

    @property
    def speed(self) -> float:
        """Steps a second in the median epoch; the first is left out if there are others."""
        return self.steps / float(np.median(self.seconds[1:] or self.seconds))

    def to_json(self) -> str:
        """All fields."""
        return json.dumps(asdict(self), indent=1)


def read(path: Path) -> Record:
    """The record in a file."""
    facts = json.loads(path.read_text(encoding="utf-8"))
    return Record(**facts | {"run": Run(**facts["run"])})
