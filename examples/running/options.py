"""The options that the examples share; ``choices`` makes those of an example."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .frameworks import FRAMEWORKS


def choices(name: str, values: Iterable[str]) -> type[Enum]:
    """An enumeration of words for typer to offer."""
    return Enum(name, {value: value for value in values}, type=str)


Framework = choices("Framework", FRAMEWORKS)
EVERY_FRAMEWORK = list(Framework)
Frameworks = Annotated[
    list[Framework], typer.Option("--framework", help="Train in it; may be repeated.")
]
Tau: TypeAlias = Annotated[
    float | None, typer.Option(help="Temperature of the gradient, for all the estimators.")
]
Seeds = Annotated[int, typer.Option(min=1, help="Runs of each, with the seeds 0, 1, ...")]
Epochs = Annotated[int, typer.Option(min=1, help="Epochs of each run.")]
Out = Annotated[Path, typer.Option(help="Folder of records, checkpoints and pictures.")]
