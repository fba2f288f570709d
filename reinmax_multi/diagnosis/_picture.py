"""Bias against standard deviation, the picture of a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ._extra import need
from ._record import Record

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"),
    *("#56B4E9", "#000000", "#8B6914", "#9467BD", "#7F7F7F"),
)
LINES = ("-", "--", ":")
MARKERS = ("o", "s", "^")
NEGLIGIBLE = 1e-3
"""Below this, relative bias is drawn on a linear axis, so that 0 has a place."""


def picture(framework: str, records: Sequence[Record]) -> Figure:
    """See :meth:`._result.Diagnosis.plot`."""
    figure: Any = need("matplotlib.figure").Figure(figsize=(7.5, 5), layout="constrained")
    axes = figure.subplots()
    names = list(dict.fromkeys(record["estimator"] for record in records))
    for number, name in enumerate(names):
        own = [record for record in records if record["estimator"] == name]
        axes.errorbar(
            [record["relative_bias"] for record in own],
            [record["relative_std"] for record in own],
            xerr=[record["relative_bias_error"] for record in own],
            yerr=[record["relative_std_error"] for record in own],
            color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)],
            markersize=max(8.0 - 0.5 * number, 3.0),  # so that none hides another that coincides
            linestyle=LINES[number % len(LINES)],
            linewidth=1.2,
            label=name,
        )
        for record in own:
            if record["tau"] is not None:
                point = (record["relative_bias"], record["relative_std"])
                offset = {"xytext": (5, 4), "textcoords": "offset points"}
                axes.annotate(f"{record['tau']:g}", point, fontsize=8, color="0.3", **offset)
    _scale(axes, "x", [record["relative_bias"] for record in records])
    _scale(axes, "y", [record["relative_std"] for record in records])
    _draw_equal_errors(axes, [record["relative_mse"] for record in records])
    axes.set_xlabel("relative bias")
    axes.set_ylabel("relative standard deviation")
    axes.set_title(f"{framework}: a point for each temperature", loc="left", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    drawn: Figure = figure
    return drawn


def _scale(axes: Any, which: str, values: list[float]) -> None:
    """Logarithmic, but linear near 0 if a value is negligible; plain numbers at the ticks."""
    axis = getattr(axes, f"{which}axis")
    if min(values) < NEGLIGIBLE:
        getattr(axes, f"set_{which}scale")("symlog", linthresh=NEGLIGIBLE)
        axes.set(**{f"{which}lim": (-NEGLIGIBLE / 4, None)})
    else:
        getattr(axes, f"set_{which}scale")("log")
        if max(values) < 100.0 * min(values):
            axis.set_minor_locator(need("matplotlib.ticker").LogLocator(subs=(2.0, 5.0)))
            axis.set_minor_formatter("{x:g}")
    axis.set_major_formatter("{x:g}")


def _draw_equal_errors(axes: Any, errors: list[float]) -> None:
    """Grey lines of constant bias^2 + variance."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    share = np.geomspace(1e-6, 1.0, 400)
    for level in np.geomspace(max(min(errors), NEGLIGIBLE**2), 2.0 * max(errors), 6):
        length = np.sqrt(level)
        stds = length * np.sqrt(1.0 - share**2)
        axes.plot(length * share, stds, color="0.85", linewidth=0.8, zorder=0)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
