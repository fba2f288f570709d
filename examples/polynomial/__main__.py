"""Polynomial programming by each estimator: a table, a picture of the loss, a record a run."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from reinmax_multi import estimators

from ..running import command, options, report
from ..running.frameworks import FRAMEWORKS
from ..running.run import Record, Run
from ..training.trainer import PYPI_REINMAX
from . import experiment, pictures, problem

Estimator = options.choices(
    "Estimator", (*estimators.__all__, *experiment.REFERENCES, PYPI_REINMAX)
)
DEFAULT = [each for each in Estimator if each.value != PYPI_REINMAX]
POWERS = [1.5, 2.0, 3.0]


def main(
    framework: options.Frameworks = options.EVERY_FRAMEWORK,
    estimator: Annotated[
        list[Estimator], typer.Option("--estimator", help="Minimise with it; may be repeated.")
    ] = DEFAULT,
    power: Annotated[
        list[float], typer.Option(min=1.0, help="The exponent p; may be repeated.")
    ] = POWERS,
    tau: options.Tau = 1.0,
    seeds: options.Seeds = 3,
    epochs: options.Epochs = 40,
    out: options.Out = Path("out/polynomial"),
) -> None:
    """Minimise E sum_i |X_i - 0.45|^p / 128 over binary categoricals; an epoch is 200 steps."""
    frameworks, names = ([each.value for each in chosen] for chosen in (framework, estimator))
    _check_original(frameworks, names)
    runs = [
        Run(each, name, tau, seed, epochs, f"p{exponent:g}", {"power": exponent})
        for each in frameworks
        for exponent in power
        for name in names
        for seed in range(seeds)
    ]
    records = command.train(__package__, runs, out, "expected loss")
    columns = {"loss -\noptimum": _above, "P(X = 1)": lambda record: record.last["P(X = 1)"]}
    console = Console()
    for exponent in power:
        chosen = [record for record in records if record.run.options["power"] == exponent]
        title = (
            f"p = {exponent:g}: optimum {problem.optimum(exponent):.5f}\n"
            f"straight-through stops at P(X = 1) = {problem.fixed_point(exponent):.4f}"
        )
        console.print(report.table(title, chosen, columns))
    report.write_summary(records, out / "summary.json")
    picture = out / "polynomial.png"
    pictures.picture(records).savefig(picture, dpi=120)
    console.print(f"picture, summary and records: {out}", soft_wrap=True)


def _above(record: Record) -> float:
    return record.last["expected loss"] - problem.optimum(record.run.options["power"])


def _check_original(frameworks: list[str], names: list[str]) -> None:
    if PYPI_REINMAX not in names:
        return
    others = [FRAMEWORKS[each].title for each in frameworks if each != "torch"]
    if others:
        raise SystemExit(
            f"{PYPI_REINMAX} exists for PyTorch only, not for {', '.join(others)}: give "
            "--framework torch."
        )
    if importlib.util.find_spec("reinmax") is None:
        raise SystemExit(f"{PYPI_REINMAX} needs the package reinmax: python -m pip install reinmax")


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(main)

if __name__ == "__main__":
    app()
