"""What the command shows of the records: a table and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from rich.table import Table

from . import digits, model
from .experiment import FRAMEWORKS, Record

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LINES = dict(zip(FRAMEWORKS, ("-", (0, (5, 2)), (0, (1, 1.5))), strict=True))
SIDE = 8


def table(records: Sequence[Record]) -> Table:
    """One row a run."""
    epochs = len(records[0].held_out)
    result = Table(title=f"-ELBO in nats per held-out digit after {epochs} epochs")
    result.add_column("framework")
    result.add_column("estimator")
    result.add_column("-ELBO", justify="right")
    result.add_column("seconds", justify="right")
    for record in records:
        result.add_row(
            f"{FRAMEWORKS[record.framework].title} {record.version}",
            record.estimator,
            f"{record.held_out[-1]:.2f}",
            f"{record.seconds:.1f}",
        )
    return result


def picture(records: Sequence[Record], path: Path) -> None:
    """The learning curves beside the reconstructions."""
    estimators = dict.fromkeys(record.estimator for record in records)
    colours = dict(zip(estimators, COLOURS, strict=False))
    figure = Figure(figsize=(13, 4.6), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.1, h_pad=0.1)
    curves, images = figure.subplots(1, 2, width_ratios=(1, 1.2))
    _draw_curves(curves, records, colours)
    _draw_reconstructions(images, records, colours)
    figure.savefig(path, dpi=150)


def _draw_curves(axes: Axes, records: Sequence[Record], colours: dict[str, str]) -> None:
    for record in records:
        epochs = np.arange(1, len(record.held_out) + 1)
        style = {"color": colours[record.estimator], "linestyle": LINES[record.framework]}
        axes.plot(epochs, record.held_out, linewidth=1.6, **style)
    # The fall of the first epochs is the same for all and would flatten what follows it.
    early = len(records[0].held_out) // 40
    top = max(record.held_out[early] for record in records)
    bottom = min(min(record.held_out) for record in records)
    margin = 0.05 * (top - bottom) or 1.0
    axes.set_ylim(bottom - margin, top + margin)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("epoch")
    axes.set_ylabel("held-out −ELBO (nats per digit)")
    axes.set_title("Learning curves", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.9")
    frameworks = dict.fromkeys(record.framework for record in records)
    handles = [Line2D([], [], color=colour, label=name) for name, colour in colours.items()]
    handles += [
        Line2D([], [], color="0.3", linestyle=LINES[name], label=FRAMEWORKS[name].title)
        for name in frameworks
    ]
    axes.legend(handles=handles, frameon=False)


def _draw_reconstructions(axes: Axes, records: Sequence[Record], colours: dict[str, str]) -> None:
    rows = [digits.load().examples, *(np.asarray(record.reconstructions) for record in records)]
    images = np.stack(rows).reshape(len(rows), -1, SIDE, SIDE)
    framed = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=np.nan)
    grid = framed.transpose(0, 2, 1, 3).reshape(len(rows) * (SIDE + 2), -1)
    axes.imshow(grid, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    labels = [f"{FRAMEWORKS[record.framework].title}, {record.estimator}" for record in records]
    axes.set_yticks((np.arange(len(rows)) + 0.5) * (SIDE + 2) - 0.5, ["original", *labels])
    for tick, record in zip(axes.get_yticklabels()[1:], records, strict=True):
        tick.set_color(colours[record.estimator])
    axes.set_anchor("N")
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bits = round(model.PRIOR_ENTROPY / np.log(2))
    axes.set_title(f"Held-out digits through a code of {bits} bits", loc="left")
