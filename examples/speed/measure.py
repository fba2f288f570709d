"""The process of one framework; prints a line of JSON for each example.

The share of the estimator is what a step takes longer than one whose samples are replaced by their
probabilities: there, nothing is drawn, and the gradient passes through softmax alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..polynomial import experiment, problem
from ..training.trainer import Array, Loss, Ops, Sample, Trainer, trainer
from ..vae import model
from .turns import seconds

PIXELS = 784
SIZES = ("8x4", "10x30")


def relaxed(loss: Loss, ops: Ops, parameters: list[Array], sample: Sample, *batch: Array) -> Array:
    """The loss with probabilities in place of samples."""

    def probabilities(logits: Array) -> tuple[Array, Array]:
        soft = ops.exp(ops.log_softmax(logits))
        return soft, soft

    return loss(ops, parameters, probabilities, *batch)


def measure(framework: str, estimator: str, report: Callable[[dict[str, Any]], object]) -> None:
    """Each example with the estimator at tau = 1."""
    images = np.random.default_rng(0).uniform(size=(model.BATCH, PIXELS)).astype(np.float32)
    vaes = [model.VAE(model.CONFIGURATIONS[size], PIXELS) for size in SIZES]
    examples = [
        (
            "polynomial, p = 3",
            problem.Losses(3.0).sampled,
            [problem.initial_logits(0)],
            experiment.OPTIMISER,
            (),
        ),
        *(
            (f"VAE {size}, {PIXELS} pixels", vae.loss, vae.initial(0), vae.optimiser, (images,))
            for size, vae in zip(SIZES, vaes, strict=True)
        ),
    ]
    for name, loss, parameters, optimiser, batch in examples:
        pair = [
            trainer(framework)(each, parameters, optimiser, estimator, 1.0, 0)
            for each in (loss, partial(relaxed, loss))
        ]
        whole, without = seconds([partial(_step, each, batch) for each in pair])
        report({"example": name, "steps a second": 1 / whole, "share": 1 - without / whole})


def _step(trained: Trainer, batch: Sequence[np.ndarray], number: int) -> Any:
    return trained.step(number, *batch)


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2], lambda facts: print(json.dumps(facts), flush=True))
