"""One categorical, one quadratic loss: its exact gradient, and what three ways make of it.

    python -m benchmarks.estimators.picture

draws docs/estimators.png from results/estimators.json. The means are exact: each of the five
samples is taken once and weighted by its probability.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from reinmax_multi import numpy as reference

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "estimators.json"
OUT = ROOT / "docs" / "estimators.png"
LOGITS = (0.8, 0.1, -0.4, 0.5, -0.7)
VALUES = (-1.5, -0.5, 0.4, 1.0, 1.6)
"""The loss of a sample x is <values, x>^2."""
SHOWN = 3
"""The sample in the first panel."""
WAYS = {"straight_through": "straight-through", "reinmax": "ReinMax"}
COLOURS = ("#D55E00", "#0072B2")
BELOW = {"fontsize": 8, "color": "0.3", "horizontalalignment": "center"}


def measure() -> dict[str, Any]:
    """The exact gradient and, for each sample, the gradient that an estimator gives."""
    logits, values = np.array(LOGITS), np.array(VALUES)
    size = len(LOGITS)
    rows, samples = np.tile(logits, (size, 1)), np.arange(size)
    gradients = {}
    for name in WAYS:
        (hard, soft), derivative = getattr(reference, name)(rows, sample=samples)
        cotangents = 2 * (hard @ values)[:, None] * values
        gradients[name] = derivative.pullback(cotangents).tolist()
    pi = soft[0]
    exact = pi * (values**2 - pi @ values**2)
    facts = {"logits": LOGITS, "values": VALUES, "probabilities": pi.tolist()}
    return facts | {"exact": exact.tolist(), "gradients": gradients}


def draw(facts: dict[str, Any], out: Path) -> None:
    """Bars are means over the samples, lines the exact gradient."""
    from matplotlib.figure import Figure

    pi, exact = np.array(facts["probabilities"]), np.array(facts["exact"])
    places = np.arange(len(pi))
    figure = Figure(figsize=(10, 2.6), layout="constrained")
    first, *others = figure.subplots(1, 5)
    first.bar(places, places == SHOWN, color="0.25", width=0.6)
    first.bar(places, pi, fill=False, edgecolor="0.55", width=0.8)
    first.set_title("softmax, and a hard sample", fontsize=10)
    first.set_yticks([0, 1])
    nothing = np.zeros((len(pi), len(pi)))
    every = {"argmax": (nothing, "0.6")}
    for (name, title), colour in zip(WAYS.items(), COLOURS, strict=True):
        every[title] = (np.array(facts["gradients"][name]), colour)
    every["enumeration"] = (np.tile(exact, (len(pi), 1)), "#009E73")
    for axes, (title, (samples, colour)) in zip(others, every.items(), strict=True):
        axes.bar(places, pi @ samples, color=colour, width=0.6)
        axes.plot(places, exact, "_", color="#009E73", markersize=17, markeredgewidth=2)
        axes.set_title(f"gradient by {title}", fontsize=10)
        axes.set(ylim=1.6 * np.abs(exact).max() * np.array([-1, 1]), yticks=[0])
        bias, std = distances(pi, samples, exact)
        axes.text(0.5, 0.03, f"bias {bias:.2f}, std {std:.2f}", **BELOW, transform=axes.transAxes)
    for axes in (first, *others):
        axes.set_xticks(places, [f"{value:g}" for value in facts["values"]], fontsize=8)
        axes.axhline(0, color="0.5", linewidth=0.8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(out, dpi=110)


def distances(pi: np.ndarray, samples: np.ndarray, exact: np.ndarray) -> tuple[float, float]:
    """Bias and standard deviation of one sample, in units of the exact gradient."""
    mean = pi @ samples
    variance = pi @ np.sum((samples - mean) ** 2, axis=-1)
    length = np.linalg.norm(exact)
    return float(np.linalg.norm(mean - exact) / length), float(np.sqrt(variance) / length)


if __name__ == "__main__":
    draw(json.loads(RESULTS.read_text(encoding="utf-8"))["picture"], OUT)
