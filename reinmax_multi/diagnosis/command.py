"""``python -m reinmax_multi compare``: the estimators on a built-in loss, as table and picture."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .. import estimators as records
from ._result import Diagnosis
from .problems import Loss, Problem, problem

Framework: TypeAlias = Literal["torch", "jax", "tf"]
TAUS = [0.5, 1.0, 1.5]


def compare(
    framework: Annotated[Framework, typer.Option(help="The framework to run in.")],
    loss: Annotated[Loss, typer.Option(help="The loss of the samples.")] = "quartic",
    latents: Annotated[int, typer.Option(min=1, help="Categorical variables.")] = 4,
    categories: Annotated[int, typer.Option(min=2, help="Categories of each.")] = 8,
    estimator: Annotated[
        list[str] | None, typer.Option(help="One of the family; may be repeated; all if not given.")
    ] = None,
    tau: Annotated[list[float], typer.Option(help="A temperature; may be repeated.")] = TAUS,
    num_samples: Annotated[
        int, typer.Option(min=64, help="Samples where expectations are not enumerated.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the loss, the logits and the samples.")] = 0,
    out: Annotated[Path, typer.Option(help="Folder of the picture and the records.")] = Path(
        "out/compare"
    ),
) -> None:
    """Compare the gradient estimators on a built-in loss."""
    console = Console()
    with Progress(
        TextColumn("{task.description:<26}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("reference gradient", total=None)

        def progress(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name or "done")

        try:
            chosen = problem(loss, latents, categories, seed)
            result = _diagnosis(
                framework,
                chosen,
                estimator,
                taus=tau,
                num_samples=num_samples,
                seed=seed,
                progress=progress,
            )
        except (ModuleNotFoundError, ValueError) as error:
            bar.stop()
            raise SystemExit(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    place = out / f"{framework}_{loss}"
    picture, records = place.with_suffix(".png"), place.with_suffix(".json")
    result.plot().savefig(picture, dpi=150)
    records.write_text(result.to_json() + "\n", encoding="utf-8")
    console.print(f"{loss} loss of {latents} latents with {categories} categories")
    console.print(result.table())
    console.print(f"picture: {picture}\nrecords: {records}", soft_wrap=True)


def _diagnosis(
    framework: Framework, chosen: Problem, names: list[str] | None, **options: Any
) -> Diagnosis:
    """The diagnosis in a framework; an error that names the remedy if it is missing."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        package = importlib.import_module(f"reinmax_multi.{framework}")
        evaluator = importlib.import_module(f"reinmax_multi.{framework}._evaluator").Evaluator
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"{missing.name} is not installed: python -m pip install 'reinmax-multi[{framework}]'"
        ) from missing
    unknown = set(names or ()) - set(records.__all__)
    if unknown:
        known = ", ".join(records.__all__)
        raise ValueError(f"--estimator must be one of {known}, got {min(unknown)}")
    loss = chosen.loss(evaluator.xp, evaluator.asarray)
    estimators = {name: getattr(package, name) for name in names or records.__all__}
    result: Diagnosis = package.diagnose(
        loss, evaluator.asarray(chosen.logits), estimators, **options
    )
    return result


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(compare)
