"""Means and standard errors over seeds, as a table and as curves."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from rich.box import SIMPLE_HEAD
from rich.table import Table

from . import checkpoint
from .frameworks import FRAMEWORKS
from .run import Record

COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8B6914"),
    *("#7F3C8D", "#000000", "#B2182B", "#7F7F7F", "#A6D854", "#F781BF"),
)
LINES = ("-", (0, (5, 2)), (0, (1, 1.5)))
MIN_WIDTH = 78
"""Of a table, in characters: the line below it is not broken, and it fits 80."""

Column: TypeAlias = Callable[[Record], float]


class Group(NamedTuple):
    """What runs that differ by their seed have in common."""

    variant: str
    estimator: str
    tau: float
    framework: str


def groups(records: Sequence[Record]) -> dict[Group, list[Record]]:
    """The records of all seeds, by what they have in common."""
    grouped: dict[Group, list[Record]] = {}
    for record in records:
        run = record.run
        group = Group(run.variant, run.estimator, run.tau, run.framework)
        grouped.setdefault(group, []).append(record)
    return grouped


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """The mean and its standard error; NaN if there is one value only."""
    count = len(values)
    error = np.std(values, ddof=1) / math.sqrt(count) if count > 1 else math.nan
    return float(np.mean(values)), float(error)


def shown(values: Sequence[float]) -> str:
    """The mean, with its standard error in brackets in units of the last digit."""
    mean, error = mean_and_error(values)
    if not (math.isfinite(mean) and math.isfinite(error) and error > 0):
        return f"{mean:.6g}"
    digits = min(max(0, 1 - math.floor(math.log10(error))), 8)
    return f"{mean:.{digits}f}({error * 10**digits:.0f})"


def table(title: str, records: Sequence[Record], columns: Mapping[str, Column]) -> Table:
    """One row a group; a column is a number of each record. Three of them fit 80 characters."""
    caption = "means over n seeds; in brackets, the standard error in units of the last digit"
    layout = {"box": SIMPLE_HEAD, "show_edge": False, "padding": 0, "min_width": MIN_WIDTH}
    result = Table(title=title, caption=caption, caption_justify="left", **layout)
    result.add_column("estimator", overflow="fold")
    for name in ("tau", "in"):
        result.add_column(name, no_wrap=True)
    for name in (*columns, "n", "steps\n/s"):
        result.add_column(name, justify="right", no_wrap=True)
    for group, members in groups(records).items():
        cells = [group.estimator, f"{group.tau:g}", group.framework]
        cells += [shown([column(each) for each in members]) for column in columns.values()]
        speed = np.median([record.speed for record in members])
        result.add_row(*cells, str(len(members)), f"{speed:.0f}")
    return result


def write_summary(records: Sequence[Record], path: Path) -> None:
    """The metrics of each group: all last ones, and mean and standard error after each epoch."""
    rows = []
    for group, members in groups(records).items():
        histories = {
            metric: np.array([record.history[metric] for record in members])
            for metric in members[0].history
        }
        mean, error = ({name: [] for name in histories} for _ in range(2))
        for name, values in histories.items():
            for after in values.T:
                pair = mean_and_error(after)
                mean[name].append(_rounded(pair[0]))
                error[name].append(None if math.isnan(pair[1]) else _rounded(pair[1]))
        row = group._asdict() | {
            "version": members[0].version,
            "facts": members[0].facts,
            "epochs": members[0].run.epochs,
            "seeds": [record.run.seed for record in members],
            "steps a second": [_rounded(record.speed) for record in members],
            "last": {name: values[:, -1].tolist() for name, values in histories.items()},
            "mean": mean,
            "standard error": error,
        }
        rows.append(json.dumps(row))
    checkpoint.write(path, ("[\n" + ",\n".join(rows) + "\n]\n").encode())


def _rounded(value: float) -> float:
    return float(f"{value:.7g}")


def colours(records: Sequence[Record]) -> dict[str, str]:
    """A colour for each estimator."""
    names = dict.fromkeys(record.run.estimator for record in records)
    return {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}


def curves(axes: Axes, records: Sequence[Record], metric: str, palette: Mapping[str, str]) -> None:
    """The mean of a metric over seeds after each epoch, in a band of its standard error."""
    lines = _lines(records)
    for group, members in groups(records).items():
        values = np.array([record.history[metric] for record in members])
        epochs = np.arange(1, values.shape[1] + 1)
        mean = values.mean(0)
        style = {"color": palette[group.estimator], "linestyle": lines[group.framework]}
        axes.plot(epochs, mean, linewidth=1.4, **style)
        if len(members) > 1:
            error = values.std(0, ddof=1) / math.sqrt(len(members))
            axes.fill_between(epochs, mean - error, mean + error, color=style["color"], alpha=0.2)
    axes.set_xlabel("epoch")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.9")


def handles(records: Sequence[Record], palette: Mapping[str, str]) -> list[Line2D]:
    """For a legend: the estimators by colour, the frameworks, if several, by line."""
    result = [Line2D([], [], color=colour, label=name) for name, colour in palette.items()]
    lines = _lines(records)
    if len(lines) > 1:
        result += [
            Line2D([], [], color="0.3", linestyle=line, label=FRAMEWORKS[name].title)
            for name, line in lines.items()
        ]
    return result


def _lines(records: Sequence[Record]) -> dict[str, Any]:
    frameworks = dict.fromkeys(record.run.framework for record in records)
    return dict(zip(frameworks, LINES, strict=False))
