"""Measure the order of each estimator; print the slopes, draw ``docs/order.png``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from reinmax_multi import estimators
from reinmax_multi.diagnosis import Record
from reinmax_multi.diagnosis._picture import COLOURS, LINES, MARKERS

from . import measure


def main(
    num_samples: Annotated[
        int, typer.Option(min=64, help="Samples of an estimator that draws noise of its own.")
    ] = 100_000,
    out: Annotated[Path, typer.Option(help="The picture.")] = Path("docs/order.png"),
) -> None:
    """Measure the order of each estimator."""
    with Progress() as progress:
        task = progress.add_task("diagnoses", total=len(measure.EPSILONS) + 1)
        by_epsilon, by_tau = measure.measure(num_samples, lambda: progress.advance(task))
    table = Table(title="Slope of log relative bias against log epsilon, tau = 1")
    table.add_column("estimator")
    table.add_column("slope", justify="right")
    for name in estimators.__all__:
        table.add_row(name, f"{measure.slope(by_epsilon, name):.2f}")
    out.parent.mkdir(parents=True, exist_ok=True)
    picture(by_epsilon, by_tau).savefig(out, dpi=120)
    console = Console()
    console.print(table)
    console.print(f"picture: {out}", soft_wrap=True)


def picture(by_epsilon: dict[float, tuple[Record, ...]], by_tau: tuple[Record, ...]) -> Figure:
    """Relative bias against epsilon, and relative standard deviation against tau."""
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for number, name in enumerate(estimators.__all__):
        style = {
            "color": COLOURS[number % len(COLOURS)],
            "marker": MARKERS[number % len(MARKERS)],
            "markersize": max(7.0 - 0.5 * number, 3.0),  # so that none hides one that coincides
            "linestyle": LINES[number % len(LINES)],
            "linewidth": 1.3,
        }
        biases = [
            (epsilon, record["relative_bias"], record["relative_bias_error"])
            for epsilon, records in by_epsilon.items()
            for record in records
            if record["estimator"] == name and record["relative_bias"] > 1e-9
        ]
        rank = measure.slope(by_epsilon, name)
        _draw(left, biases, style, f"{name} ({rank:.1f})")
        stds = [
            (record["tau"], record["relative_std"], record["relative_std_error"])
            for record in by_tau
            if record["estimator"] == name
        ]
        _draw(right, stds, style, name)
    left.set(xlabel="ε: nonlinearity of exp(ε⟨w, x⟩)", ylabel="relative bias at τ = 1")
    left.set_title("Bias (slope)", loc="left")
    right.set(xlabel="τ", ylabel=f"relative standard deviation at ε = {measure.TEMPERED_AT}")
    right.set_title("Variance", loc="left")
    for axes in (left, right):
        axes.set(xscale="log", yscale="log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:g}")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="0.92")
    for axis in (left.xaxis, right.xaxis, right.yaxis):  # the left one has too many decades
        axis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
        axis.set_minor_formatter("{x:g}")
    left.legend(frameon=False, fontsize=8)
    return figure


def _draw(axes: Axes, points: list[tuple[float, float, float]], style: dict, label: str) -> None:
    if points:
        x, y, errors = zip(*points, strict=True)
        axes.errorbar(x, y, yerr=errors, label=label, **style)


if __name__ == "__main__":
    typer.run(main)
