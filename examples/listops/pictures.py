"""The accuracy after each epoch, and what is reached without a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..running import report
from ..running.run import Record

LINES = (":", "-.", "--")


def picture(records: Sequence[Record], without_trees: Mapping[str, float]) -> Figure:
    """Two panels: the loss of the sampled trees, the accuracy of the greedy ones."""
    palette = report.colours(records)
    figure = Figure(figsize=(10.4, 4.2), layout="constrained")
    panels = figure.subplots(1, 2)
    metrics = {"training loss": "nats", "validation accuracy": "accuracy of greedy trees"}
    for axes, (metric, label) in zip(panels, metrics.items(), strict=True):
        report.curves(axes, records, metric, palette)
        axes.set_title(metric, loc="left")
        axes.set_ylabel(label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for line, (name, accuracy) in zip(LINES, without_trees.items(), strict=True):
        panels[1].axhline(accuracy, color="black", linewidth=0.8, linestyle=line, label=name)
    lines = [*report.handles(records, palette), *panels[1].get_legend_handles_labels()[0]]
    figure.legend(handles=lines, loc="outside right center", frameon=False, fontsize=8)
    return figure
