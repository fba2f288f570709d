"""The tables and the plot of the accuracy records."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from rich.table import Table

from benchmarks.common.markdown import table as markdown

from .cases import KINDS
from .measure import Cell

LISTED = 8.0  # units; larger errors are counted, and listed one by one
TOP = 1e6  # of the plot; larger errors are drawn there
NOISE = 2.0  # below it, which of two errors is larger is chance
REFERENCE = "reference"
TITLES = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX", "tf": "TensorFlow"}
COLOURS = {"numpy": "#009E73", "torch": "#D55E00", "jax": "#0072B2", "tf": "#CC79A7"}
MARKERS = {"eager": "o", "strict": "s", "graph": "^", "compiled": "D"}
PANELS = ("float32", "float64", "float16", "bfloat16")
HEAD = ("back end", "mode", "dtype", "y_soft", "gradient", "median", "cells", "> 8", "> reference")


@dataclass(frozen=True)
class Records:
    """All cells, and the version of each framework that they were measured with."""

    cells: list[Cell]
    versions: dict[str, str]

    def ours(self) -> list[Cell]:
        """The cells of this package."""
        return [cell for cell in self.cells if cell.backend != REFERENCE]

    def reference(self) -> Callable[[Cell], float]:
        """From a cell to the worst error of the reference on the same rows; NaN if not measured."""
        theirs = {_input(c): c.worst for c in self.cells if c.backend == REFERENCE}
        return lambda cell: theirs.get(_input(cell), float("nan"))


def _input(cell: Cell) -> tuple[object, ...]:
    return cell.dtype, cell.size, cell.kind, cell.quantity, cell.estimator, cell.tau


def read(folder: Path) -> Records:
    """What the workers wrote."""
    cells, versions = [], {}
    for path in sorted(folder.glob("accuracy-*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        versions[record["backend"]] = f"{record['version']} ({record['device']})"
        cells += [Cell(*values) for values in record["cells"]]
    return Records(cells, versions)


def rows(records: Records) -> list[tuple[str, ...]]:
    """One row for each back end, mode and dtype: worst errors, and how many cells are large."""
    theirs = records.reference()
    result = []
    for place in dict.fromkeys((c.backend, c.mode, c.dtype) for c in records.cells):
        some = [c for c in records.cells if (c.backend, c.mode, c.dtype) == place]
        soft = max(c.worst for c in some if c.quantity == "y_soft")
        gradients = [c for c in some if c.quantity == "gradient"]
        worse = sum(c.worst > max(theirs(c), NOISE) for c in some)
        result.append(
            (
                *place,
                f"{soft:.2g}",
                f"{max(c.worst for c in gradients):.2g}",
                f"{np.median([c.median for c in gradients]):.2g}",
                str(len(some)),
                str(sum(c.worst > LISTED for c in some)),
                "" if place[0] == REFERENCE else str(worse),
            )
        )
    return result


def kind_rows(records: Records) -> list[tuple[str, ...]]:
    """One row for each kind of row: the worst error of this package and of the reference."""
    result = []
    for kind in KINDS:
        row = [kind]
        for dtype in PANELS:
            some = [c for c in records.cells if (c.kind, c.dtype) == (kind, dtype)]
            for wanted in (False, True):
                errors = [c.worst for c in some if (c.backend == REFERENCE) is wanted]
                row.append(f"{max(errors):.2g}" if errors else "")
        result.append(tuple(row))
    return result


def large(records: Records) -> list[tuple[str, ...]]:
    """The large errors: back end, mode, dtype, quantity, kind, sizes, worst, reference."""
    theirs = records.reference()
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for c in records.ours():
        if c.worst > LISTED or c.worst > max(theirs(c), NOISE):
            groups.setdefault((c.backend, c.mode, c.dtype, c.quantity, c.kind), []).append(c)
    result = []
    for place, some in groups.items():
        worst = max(some, key=lambda c: c.worst)
        sizes = ", ".join(map(str, sorted({c.size for c in some})))
        at = f"{worst.estimator}, tau {worst.tau:g}"
        result.append((*place, sizes, f"{worst.worst:.3g}", f"{theirs(worst):.3g}", at))
    return result


def table(records: Records) -> Table:
    """The summary for the terminal."""
    result = Table(title="Error in units of epsilon times the largest term of the row")
    for name in HEAD:
        result.add_column(name)
    for row in rows(records):
        result.add_row(*row)
    return result


def write(records: Records, doubt: float, folder: Path) -> None:
    """accuracy.md and accuracy.png."""
    versions = ", ".join(f"{TITLES[name]} {version}" for name, version in records.versions.items())
    kind_head = ["rows", *(f"{dtype}{end}" for dtype in PANELS for end in (" ours", " reference"))]
    place = ("back end", "mode", "dtype", "of", "rows", "K", "worst", "reference", "at")
    parts = [
        "# Accuracy",
        "Written by `python -m benchmarks.accuracy`. A unit of error is the dtype's epsilon times "
        "the largest term of the row (tests/oracles/oracle.py; for the entry of the sample, a "
        "sum of K terms, the root of their sum of squares or its own size where larger); a row "
        "counts with its worst entry. Cotangents of both outputs are random. The truth is computed "
        f"with 64 bits of mantissa; it differs from mpmath by {doubt:.2g} units of float64.",
        f"Versions: {versions}. The reference is PyPI reinmax 0.1.0, and autograd of "
        "softmax(logits / tau) for straight-through, in PyTorch.",
        "## By back end",
        "`y_soft` and `gradient` are worst errors, `median` is the median of the medians, `> 8` "
        f"counts cells above {LISTED:g} units, `> reference` those above {NOISE:g} units and the "
        "reference.",
        markdown(HEAD, rows(records)),
        "## By kind of row, worst of all back ends",
        markdown(kind_head, kind_rows(records)),
        f"## Above {LISTED:g} units, or above the reference",
        markdown(place, large(records)) if large(records) else "None.",
        "![Worst error for each kind of row](accuracy.png)",
    ]
    (folder / "accuracy.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    picture(records, folder / "accuracy.png")


def picture(records: Records, path: Path) -> None:
    """The worst and the median error of each kind, a panel a dtype, a marker a back end."""
    figure = Figure(figsize=(14, 9), layout="constrained")
    places = dict.fromkeys((c.backend, c.mode) for c in records.cells)
    for axes, dtype in zip(figure.subplots(2, 2, sharex=True).flat, PANELS, strict=True):
        for number, (backend, mode) in enumerate(places):
            cells = [
                c for c in records.cells if (c.backend, c.mode, c.dtype) == (backend, mode, dtype)
            ]
            if cells:
                _draw(axes, cells, backend, mode, (number - len(places) / 2) * 0.07)
        axes.axhline(LISTED, color="0.6", linewidth=1, linestyle="--")
        axes.set_yscale("log")
        axes.set_ylim(1e-2, 2 * TOP)
        axes.set_title(dtype, loc="left")
        axes.set_ylabel("error (units): worst, and median (small)")
        axes.set_xticks(range(len(KINDS)), list(KINDS), rotation=60, ha="right")
        axes.spines[["top", "right"]].set_visible(False)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    figure.savefig(path, dpi=120)


def _draw(axes: Axes, cells: list[Cell], backend: str, mode: str, shift: float) -> None:
    colour = COLOURS.get(backend, "black")
    marker = MARKERS[mode] if backend != REFERENCE else "_"
    places = np.arange(len(KINDS)) + shift
    some = [[c for c in cells if c.kind == kind and c.quantity == "gradient"] for kind in KINDS]
    worst = [min(TOP, max(c.worst for c in group)) for group in some]
    middle = [min(TOP, np.median([c.median for c in group])) for group in some]
    label = "reference" if backend == REFERENCE else f"{TITLES[backend]} {mode}"
    axes.plot(places, worst, marker, color=colour, markersize=6, label=label)
    axes.plot(places, middle, marker, color=colour, markersize=3, alpha=0.5)
