"""The process of one framework; prints a line of JSON for each example.

The share of the estimator is what a step takes longer than one whose samples are replaced by their
probabilities: there, nothing is drawn, and the gradient goes through softmax alone.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..polynomial import experiment, problem
from ..training.trainer import Array, Loss, Ops, Sample, Trainer, trainer
from ..vae import model

ROUNDS = 15
ROUND_SECONDS = 0.5
PIXELS = 784
SIZES = ("8x4", "10x30")


def relaxed(loss: Loss, ops: Ops, parameters: list[Array], sample: Sample, *batch: Array) -> Array:
    """The loss with probabilities in place of samples."""

    def probabilities(logits: Array) -> tuple[Array, Array]:
        soft = ops.exp(ops.log_softmax(logits))
        return soft, soft

    return loss(ops, parameters, probabilities, *batch)


def seconds(trainers: list[Trainer], *batch: np.ndarray) -> list[float]:
    """Of a step of each, the least over rounds in which they take turns: others only add to it."""
    count, taken = 1, []
    while _round(trainers[0], count, *batch) < ROUND_SECONDS:
        count *= 2
    for _ in range(ROUNDS):
        taken.append([_round(each, count, *batch) / count for each in trainers])
    return np.min(taken, axis=0).tolist()


def _round(trained: Trainer, count: int, *batch: np.ndarray) -> float:
    float(trained.step(1, *batch))  # compiles, and leaves nothing pending
    start = time.perf_counter()
    for number in range(2, count + 2):
        loss = trained.step(number, *batch)
    float(loss)
    return time.perf_counter() - start


def measure(framework: str, estimator: str, tell: Callable[[dict[str, Any]], object]) -> None:
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
        whole, without = seconds(pair, *batch)
        tell({"example": name, "steps a second": 1 / whole, "share": 1 - without / whole})


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2], lambda facts: print(json.dumps(facts), flush=True))
