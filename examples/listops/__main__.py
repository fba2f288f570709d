"""Learn to parse and evaluate ListOps by each estimator: a table, a picture, a record a run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from reinmax_multi import estimators

from ..running import checkpoint, command, options, report
from ..running.run import Run
from . import baselines, experiment, pictures
from .data import Sizes
from .published import DataError

Framework = options.choices("Framework", ("torch", "jax"))
FASTEST = [Framework("torch")]
Estimator = options.choices("Estimator", estimators.__all__)
DEFAULT = [Estimator(name) for name in ("reinmax", "straight_through", "gumbel_softmax")]


def main(
    framework: Annotated[
        list[Framework], typer.Option("--framework", help="Train in it; may be repeated.")
    ] = FASTEST,
    estimator: Annotated[
        list[Estimator], typer.Option("--estimator", help="Train with it; may be repeated.")
    ] = DEFAULT,
    tau: options.Tau = 1.1,
    seeds: options.Seeds = 2,
    epochs: options.Epochs = 8,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder with train.tsv, valid.tsv, test.tsv; what it lacks is generated."
        ),
    ] = None,
    length: Annotated[int, typer.Option(min=4, help="Words of the longest expression.")] = 20,
    training: Annotated[int, typer.Option(min=1, help="Expressions to train on.")] = 20_000,
    validation: Annotated[int, typer.Option(min=1, help="To evaluate after an epoch.")] = 1_000,
    test: Annotated[int, typer.Option(min=1, help="To evaluate at the end.")] = 2_000,
    hidden: Annotated[int, typer.Option(min=1, help="Hidden units.")] = 64,
    batch: Annotated[int, typer.Option(min=1, help="Expressions in a step.")] = 32,
    learning_rate: Annotated[float, typer.Option(help="Of RAdam.")] = 2e-3,
    out: options.Out = Path("out/listops"),
) -> None:
    """Parse ListOps without having seen a tree, and predict the value.

    The defaults are reduced. As published: --length 1000 --training 90000 --test 10000 --hidden 300
    --batch 16 --learning-rate 7e-4 --epochs 20.
    """
    sizes = asdict(Sizes(training, validation, test, length))
    folder = None if data is None else str(data)
    try:
        loaded = experiment.load(folder, **sizes)
    except DataError as error:
        raise SystemExit(str(error)) from None
    settings = {
        "sizes": sizes,
        "data": folder,
        "batch": batch,
        "hidden": hidden,
        "learning_rate": learning_rate,
    }
    runs = [
        Run(each.value, name.value, tau, seed, epochs, "listops", settings)
        for each in framework
        for seed in range(seeds)  # so that a first comparison is there early
        for name in estimator
    ]
    records = command.train(__package__, runs, out, "validation accuracy")
    without_trees = baselines.accuracies(loaded)
    columns = {
        "test\naccuracy": lambda record: record.results["test accuracy"],
        "validation\naccuracy": lambda record: record.last["validation accuracy"],
        "training\nloss": lambda record: record.last["training loss"],
    }
    checkpoint.write(out / "baselines.json", json.dumps(without_trees, indent=1).encode())
    console = Console()
    title = "\n".join(f"{name} {accuracy:.3f}" for name, accuracy in without_trees.items())
    console.print(report.table(title, records, columns))
    for part, source in loaded.sources.items():
        console.print(f"{part}: {source}", highlight=False)
    report.write_summary(records, out / "summary.json")
    picture = out / "listops.png"
    pictures.picture(records, without_trees).savefig(picture, dpi=120)
    console.print(f"picture, summary and records: {out}", soft_wrap=True)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(main)

if __name__ == "__main__":
    app()
