"""The options that the command and its workers share."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from reinmax_multi import estimators

from .experiment import FRAMEWORKS

Framework = Enum("Framework", {name: name for name in FRAMEWORKS}, type=str)
Estimator = Enum("Estimator", {name: name for name in estimators.__all__}, type=str)

Estimators = Annotated[
    list[Estimator], typer.Option("--estimator", help="Train with it; may be repeated.")
]
Epochs = Annotated[int, typer.Option(min=1, help="Passes over the 1500 digits.")]
Seed = Annotated[int, typer.Option(min=0, help="Of the initial weights, batches and draws.")]
Out = Annotated[Path, typer.Option(help="Folder of the records and the picture.")]
