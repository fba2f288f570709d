"""The options that several programs have in common, as their command line shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Framework: TypeAlias = Annotated[str, typer.Argument(help="torch, jax or tf")]
Modes: TypeAlias = Annotated[
    list[str] | None, typer.Option("--mode", help="May be repeated; all by default.")
]
Dtypes: TypeAlias = Annotated[list[str], typer.Option("--dtype", help="May be repeated.")]
Shapes: TypeAlias = Annotated[str, typer.Option(help="Rows x categories, separated by spaces.")]
Seconds: TypeAlias = Annotated[float, typer.Option(help="For all the rounds of one row.")]
Threads: TypeAlias = Annotated[int, typer.Option(help="Threads, on as many cores.")]
Device: TypeAlias = Annotated[str, typer.Option(help="One of the devices of the sheet.")]
Out: TypeAlias = Annotated[Path, typer.Option(help="The folder of the results.")]
