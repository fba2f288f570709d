"""Tables and plots from what the programs left: ``python -m benchmarks.report``.

Imports no framework, so it can join results that were measured in different environments.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from .common import results
from .common.contract import LOSS
from .common.results import Result
from .family import tables as family_tables
from .speed import plots, tables


def main(folder: Annotated[Path, typer.Option(help="The results.")] = results.FOLDER) -> None:
    """Write README.md and the plots into the folder of the results."""
    found = {
        program: results.read(folder, program)
        for program in ("speed", "growth", "memory", "overhead", "family", "peak")
    }
    sections = [
        "# Results",
        "Written by `python -m benchmarks.report`; the figures are in the JSON.",
    ]
    if found["speed"]:
        plots.speed(found["speed"], folder / "speed.png")
        sections += _speed(found["speed"])
    if found["growth"]:
        plots.growth(found["growth"], folder / "growth.png")
        sections += ["## Growth", "![](growth.png)", *_troubles(found["growth"])]
    if found["memory"]:
        sections += ["## Memory", MEMORY, tables.memory(found["memory"])]
    if found["overhead"]:
        sections += ["## Overhead at 64 × 10", OVERHEAD, tables.overhead(found["overhead"])]
    if found["family"]:
        sections += ["## The family", FAMILY, family_tables.time(found["family"])]
        sections += _troubles(found["family"])
    if found["peak"]:
        sections += ["### Memory", PEAK, family_tables.peak(found["peak"])]
    (folder / "README.md").write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    print(folder / "README.md")


def _speed(found: Sequence[Result]) -> list[str]:
    return [
        "## Speed",
        f"Forward and backward of {LOSS}. Ratios are of medians, to the fastest peer of the same "
        "framework, mode, dtype and shape; *of copy* is 7·N·K·itemsize bytes in that time as a "
        "share of the bandwidth of a plain copy.",
        "\n".join(tables.about(result) for result in found),
        "![](speed.png)",
        tables.speed(found),
        *_troubles(found),
    ]


def _troubles(found: Sequence[Result]) -> list[str]:
    troubles = tables.troubles(found)
    return ["What did not run, or not as a whole:\n\n" + "\n".join(troubles)] if troubles else []


MEMORY = (
    "In units of the logits, float32. *saved*: what the function keeps for the backward pass, the "
    "logits among it, where the framework reports it. *peak*: the rise of the resident set over "
    "one forward and backward pass with the loss, in a process of its own."
)
OVERHEAD = (
    "PyTorch eager: operations below autograd that are no views; compiled: kernels that Inductor "
    "wrote. JAX and TensorFlow compiled: instructions of XLA's entry computation, with the loss. "
    "TensorFlow eager: operations; graph: nodes, with the loss. *µs before*: Python time between "
    "the call and the first of them (in TensorFlow an upper bound)."
)

FAMILY = (
    "Every estimator on the same inputs, N × K: batches of 100 with 24 latents of 4 categories and "
    "with 8 of 64; num_samples = 100. *of formulation*: the ratio of medians to the formulation of "
    "its paper, a surrogate that the framework differentiates (`F.gumbel_softmax` for "
    "`gumbel_softmax` in PyTorch, a pseudo-inverse a row for `minimum_variance`), all Monte Carlo "
    "in one array; *of K × K Jacobians*: to the published approach of `reinmax_rao` and "
    "`reinmax_cv`. The formulations exist in PyTorch only. The ratios of JAX and TensorFlow were "
    "measured when they had formulations of their own, and a new measurement leaves them blank."
)
PEAK = (
    "The rise of the resident set over one forward and backward pass with the loss, in MiB, τ = 1. "
    "The noise of 100 samples is 3.7 MiB in the smaller and 19.5 MiB in the larger shape."
)

if __name__ == "__main__":
    typer.run(main)
