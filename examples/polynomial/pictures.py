"""The loss curves of each power, with what is known analytically drawn in."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..running import report
from ..running.run import Record
from . import problem


def picture(records: Sequence[Record]) -> Figure:
    """One panel a power."""
    powers = sorted({record.run.options["power"] for record in records})
    palette = report.colours(records)
    figure = Figure(figsize=(4.2 * len(powers) + 2.4, 4.4), layout="constrained")
    panels = figure.subplots(1, len(powers), squeeze=False)[0]
    for axes, power in zip(panels, powers, strict=True):
        chosen = [record for record in records if record.run.options["power"] == power]
        report.curves(axes, chosen, "expected loss", palette)
        known = {
            ("optimum", "-"): problem.optimum(power),
            ("fixed point of\nstraight-through", ":"): problem.expected_loss(
                problem.fixed_point(power), power
            ),
        }
        for (label, line), loss in known.items():
            axes.axhline(loss, color="black", linewidth=0.8, linestyle=line, label=label)
        axes.set_title(f"p = {power:g}", loc="left")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[0].set_ylabel("expected loss")
    lines = [*report.handles(records, palette), *panels[0].get_legend_handles_labels()[0]]
    figure.legend(handles=lines, loc="outside right center", frameon=False, fontsize=8)
    return figure
