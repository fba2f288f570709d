"""The results as pictures: times relative to what memory allows, and growth over decades."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.common.contract import LOSS_ONLY, our_name
from benchmarks.common.results import Result
from benchmarks.common.rows import TAUS

from .growth import ALONG_K, ALONG_N
from .tables import ITEMSIZE, PASSES

OURS = dict(zip(map(our_name, TAUS), ("#0072B2", "#56B4E9"), strict=True))
PEERS = ("#D55E00", "#E69F00", "#009E73", "#CC79A7")
DTYPE = "float32"


def speed(results: Sequence[Result], path: Path) -> None:
    """Nanoseconds an element at each shape, one panel for each framework and mode."""
    panels = _panels(results)
    figure = Figure(figsize=(4.6 * len(panels), 5.6), layout="constrained")
    for axes, (title, rows) in zip(_axes(figure, 1, len(panels))[0], panels.items(), strict=True):
        labels = ["{}×{}".format(*row["shape"]) for row in rows]
        for name, style in _styles(rows).items():
            per_element = [_per_element(row, name) for row in rows]
            axes.plot(labels, per_element, linestyle="none", marker="o", label=name, **style)
        limits = [1e9 * PASSES * ITEMSIZE[DTYPE] / row["copy_bytes_per_second"] for row in rows]
        axes.plot(labels, limits, color="0.4", linewidth=1, label="7 passes at copy bandwidth")
        axes.set_yscale("log")
        axes.set_ylabel(f"ns per element, {DTYPE}")
        axes.tick_params(axis="x", rotation=60)
        _finish(axes, title)
    figure.savefig(path, dpi=110)


def growth(results: Sequence[Result], path: Path) -> None:
    """Milliseconds against N above and against K below."""
    panels = _panels(results)
    figure = Figure(figsize=(4.6 * len(panels), 10), layout="constrained")
    series = [("N, at K = 32", ALONG_N, 0), ("K, at N·K = 2²²", ALONG_K, 1)]
    grid = _axes(figure, len(series), len(panels))
    for line, (label, shapes, axis) in zip(grid, series, strict=True):
        for axes, (title, rows) in zip(line, panels.items(), strict=True):
            by_shape = {tuple(row["shape"]): row for row in rows}
            along = [by_shape[shape] for shape in shapes if shape in by_shape]
            if not along:  # of a run that took a part of the shapes
                axes.set_axis_off()
                continue
            for name, style in _styles(along).items():
                sizes = [row["shape"][axis] for row in along]
                times = [_median(row, name) for row in along]
                axes.plot(sizes, times, marker=".", label=name, **style)
            axes.set_xscale("log", base=2)
            axes.set_yscale("log")
            axes.set_xlabel(label)
            axes.set_ylabel(f"ms, {DTYPE}")
            _finish(axes, title)
    figure.savefig(path, dpi=110)


def _panels(results: Sequence[Result]) -> dict[str, list[dict[str, Any]]]:
    panels: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        for row in result["rows"]:
            if row["dtype"] == DTYPE:
                facts = result["about"]
                title = f"{facts['framework']}, {row['mode']}, {facts['device']}"
                panels.setdefault(title, []).append(row)
    return panels


def _axes(figure: Figure, lines: int, columns: int) -> Any:
    return figure.subplots(lines, columns, squeeze=False, sharey="row")


def _styles(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Ours in blue and the loss in grey, whatever else there is."""
    names = dict.fromkeys(name for row in rows for name in row["milliseconds"])
    peers = [name for name in names if name not in OURS and name != LOSS_ONLY]
    colours = OURS | dict(zip(peers, PEERS, strict=False)) | {LOSS_ONLY: "0.7"}
    return {name: {"color": colours[name]} for name in names}


def _median(row: dict[str, Any], name: str) -> float | None:
    timing = row["milliseconds"].get(name)
    return timing["median"] if timing else None


def _per_element(row: dict[str, Any], name: str) -> float | None:
    median = _median(row, name)
    rows, categories = row["shape"]
    return None if median is None else 1e6 * median / (rows * categories)


def _finish(axes: Axes, title: str) -> None:
    axes.grid(axis="y", color="0.92")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelleft=True)
    axes.legend(
        title=title, loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize="x-small"
    )
