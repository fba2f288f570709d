"""One training run and its record."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import digits, model

BATCH = 100


class Framework(NamedTuple):
    """Its name, and the module whose presence tells that it is installed."""

    title: str
    module: str


FRAMEWORKS = {
    "torch": Framework("PyTorch", "torch"),
    "jax": Framework("JAX", "jax"),
    "tf": Framework("TensorFlow", "tensorflow"),
}


@dataclass(frozen=True)
class Record:
    """What a run leaves; -ELBO in nats a digit."""

    framework: str
    version: str
    estimator: str
    seed: int
    training: list[float]  # mean over the batches of each epoch, while they are trained on
    held_out: list[float]  # after each epoch, see CategoricalVAE.evaluate
    reconstructions: list[list[float]]  # one row of pixels for each of Digits.examples
    seconds: float  # all epochs with their evaluations and compilation; imports not counted

    def write(self, folder: Path) -> None:
        """Write ``<framework>_<estimator>.json``."""
        path = folder / f"{self.framework}_{self.estimator}.json"
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def read(folder: Path, framework: str, estimator: str) -> Record:
    """The record that a worker wrote."""
    path = folder / f"{framework}_{estimator}.json"
    return Record(**json.loads(path.read_text(encoding="utf-8")))


def run(
    framework: str, estimator: str, epochs: int, seed: int, after_epoch: Callable[[float], None]
) -> Record:
    """Train one model; initial weights and batches are the same whatever the framework.

    ``after_epoch`` is told the held-out -ELBO.
    """
    implementation = importlib.import_module(f"{__package__}.model_{framework}")
    data = digits.load()
    vae = implementation.CategoricalVAE(model.initial_weights(seed), estimator, seed)
    shuffle = np.random.default_rng(seed)
    training, held_out = [], []
    start = time.perf_counter()
    for _ in range(epochs):
        shuffled = shuffle.permutation(data.training)
        batches = [shuffled[i : i + BATCH] for i in range(0, len(shuffled), BATCH)]
        training.append(float(np.mean([vae.train(batch) for batch in batches])))
        held_out.append(vae.evaluate(data.held_out))
        after_epoch(held_out[-1])
    seconds = time.perf_counter() - start
    return Record(
        framework=framework,
        version=implementation.VERSION,
        estimator=estimator,
        seed=seed,
        training=training,
        held_out=held_out,
        reconstructions=vae.reconstruct(data.examples).tolist(),
        seconds=seconds,
    )
