"""Learning curves, images, and the bias of the gradient against the temperature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..running import report
from ..running.run import Record
from .data import Images
from .experiment import SHOWN


def curves(records: Sequence[Record]) -> Figure:
    """-ELBO of the training and of the test images."""
    palette = report.colours(records)
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    for axes, metric in zip(figure.subplots(1, 2), ("train -ELBO", "test -ELBO"), strict=True):
        report.curves(axes, records, metric, palette)
        # The fall of the first epochs is the same for all and would flatten what follows it.
        histories = [record.history[metric] for record in records]
        early = len(histories[0]) // 10
        top, bottom = max(each[early] for each in histories), min(map(min, histories))
        margin = 0.05 * (top - bottom) or 1.0
        axes.set_ylim(bottom - margin, top + margin)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_title(f"{metric}, nats an image", loc="left")
    lines = report.handles(records, palette)
    figure.legend(handles=lines, loc="outside right center", frameon=False, fontsize=8)
    return figure


def images(records: Sequence[Record], data: Images) -> Figure:
    """Test images, reconstructions and samples of the first run of each group."""
    firsts = {group: members[0] for group, members in report.groups(records).items()}
    originals = np.round(255 * data.test[:SHOWN]).tolist()
    rows = [("original", originals, originals)]
    for group, record in firsts.items():
        label = f"{group.estimator}, {group.framework}"
        rows.append((label, record.results["reconstructions"], record.results["samples"]))
    figure = Figure(figsize=(11, 0.45 * len(rows) + 0.5), layout="constrained")
    panels = figure.subplots(1, 2)
    titles = ("Test images and their reconstructions", "Samples: codes from the prior")
    for column, (axes, title) in enumerate(zip(panels, titles, strict=True)):
        chosen = rows[column:]  # a sample has no original
        framed = np.stack([np.asarray(row[1 + column], float) for row in chosen])
        framed = framed.reshape(len(chosen), -1, data.side, data.side)
        framed = np.pad(framed, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=np.nan)
        grid = framed.transpose(0, 2, 1, 3).reshape(len(chosen) * (data.side + 2), -1)
        axes.imshow(grid, cmap="gray_r", vmin=0, vmax=255)
        middles = (np.arange(len(chosen)) + 0.5) * (data.side + 2) - 0.5
        axes.set_yticks(middles, [row[0] for row in chosen], fontsize=8)
        axes.set_xticks([])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_anchor("N")
        axes.set_title(title, loc="left", fontsize=10)
    return figure


def bias(records: Sequence[Record]) -> Figure:
    """Relative bias and standard deviation against tau; means over seeds and frameworks."""
    palette = report.colours(records)
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    panels = figure.subplots(1, 2)
    for axes, name in zip(panels, ("bias", "std"), strict=True):
        for estimator, colour in palette.items():
            found: dict[float, list[float]] = {}
            for record in records:
                if record.run.estimator == estimator:
                    for row in record.results["gradient"]:
                        found.setdefault(row["tau"], []).append(row[name])
            taus = sorted(found)
            means = [np.mean(found[tau]) for tau in taus]
            axes.plot(taus, means, "o-", color=colour, markersize=4, linewidth=1.3)
        axes.set(xlabel="τ of the gradient", yscale="log")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:g}")
        axes.set_title(f"relative {name} of the gradient of a trained model", loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="0.92", which="both")
    lines = report.handles(records[:1], palette)
    figure.legend(handles=lines, loc="outside right center", frameon=False, fontsize=8)
    return figure
