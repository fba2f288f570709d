"""Train a categorical VAE with each estimator: a table, pictures, a record a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from reinmax_multi import estimators

from ..running import command, options, report
from ..running.run import Record, Run
from . import data, experiment, model, pictures

Estimator = options.choices("Estimator", estimators.__all__)
Size = options.choices("Size", model.CONFIGURATIONS)
TWO = [Estimator("reinmax"), Estimator("straight_through")]
SMALLEST = Size("8x4")


def main(
    framework: options.Frameworks = options.EVERY_FRAMEWORK,
    estimator: Annotated[
        list[Estimator], typer.Option("--estimator", help="Train with it; may be repeated.")
    ] = TWO,
    size: Annotated[Size, typer.Option(help="Classes and categoricals, KxL.")] = SMALLEST,
    tau: options.Tau = None,
    seeds: options.Seeds = 3,
    epochs: options.Epochs = 100,
    source: Annotated[
        str | None,
        typer.Option(
            "--data",
            help="Folder of MNIST's IDX files, gzipped or not, or 'openml' to download MNIST; "
            "if not given, the 1797 digits inside scikit-learn.",
        ),
    ] = None,
    out: options.Out = Path("out/vae"),
) -> None:
    """Train a categorical VAE; --tau is by default the published one for reinmax, 1 for others."""
    try:
        images = data.load(source)
    except ValueError as error:
        raise SystemExit(str(error)) from error
    configuration = model.CONFIGURATIONS[size.value]
    runs = [
        Run(
            each.value,
            name.value,
            _tau(name.value, configuration) if tau is None else tau,
            seed,
            epochs,
            size.value,
            {"data": source},
        )
        for each in framework
        for name in estimator
        for seed in range(seeds)
    ]
    records = command.train(__package__, runs, out, "test -ELBO")
    report.write_summary(records, out / "summary.json")
    console = Console()
    title = f"{size.value} on {images.source}, {epochs} epochs\nnats an image"
    console.print(report.table(title, records, _metrics("train -ELBO", "test -ELBO", "KL")))
    diagnosed = all(record.results.get("gradient") for record in records)
    if diagnosed:
        title = "The gradient of the trained models, compared with the exact one"
        console.print(report.table(title, records, _qualities("bias", "std", "cosine")))
    for group, members in report.groups(records).items():
        count = sum(map(experiment.collapsed, members))
        if count:
            name = f"{group.estimator} in {group.framework}"
            console.print(f"{name}: posterior saturated in {count} of {len(members)} seeds")
    chosen = {"curves": pictures.curves(records), "images": pictures.images(records, images)}
    if diagnosed:
        chosen["bias"] = pictures.bias(records)
    for name, figure in chosen.items():
        figure.savefig(out / f"{name}.png", dpi=120)
    console.print(f"pictures, summary and records: {out}", soft_wrap=True)


def _tau(estimator: str, configuration: model.Configuration) -> float:
    return configuration.tau if estimator == "reinmax" else 1.0


def _metrics(*names: str) -> dict[str, report.Column]:
    return {_head(name): lambda record, name=name: record.last[name] for name in names}


def _head(name: str) -> str:
    """The words of a metric below each other, so that the table is narrow."""
    return name.replace(" ", "\n")


def _qualities(*names: str) -> dict[str, report.Column]:
    return {name: lambda record, name=name: _at_its_tau(record)[name] for name in names}


def _at_its_tau(record: Record) -> dict[str, float]:
    rows = record.results["gradient"]
    return next((row for row in rows if row["tau"] == record.run.tau), rows[0])


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(main)

if __name__ == "__main__":
    app()
