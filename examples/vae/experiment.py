"""One run of the VAE."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ..running.run import Record, Run
from ..training.trainer import Array, Ops, Sample, trainer
from . import data, model
from .quality import ENUMERABLE, quality

SHOWN = 10
"""Test images and samples in the pictures."""
DIAGNOSED = 4
"""Test images whose gradients are measured."""
DRAWN = 3_000
"""Test images with a code each; fewer images are repeated."""
SATURATED = 0.999

load = lru_cache(maxsize=1)(data.load)


class Training:
    """See :class:`..running.loop.Learner`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.images = load(run.options["data"])
        configuration = model.CONFIGURATIONS[run.variant]
        self.vae = model.VAE(configuration, self.images.test.shape[1])
        self.trainer = trainer(run.framework)(
            self.vae.loss,
            self.vae.initial(run.seed),
            self.vae.optimiser,
            run.estimator,
            run.tau,
            run.seed,
        )
        self.version = self.trainer.version
        self.steps = len(self.images.training) // model.BATCH
        self.facts = {"data": self.images.source, **configuration._asdict()}

    def train(self, epoch: int) -> dict[str, float]:
        """-ELBO, the mean over the batches while they are trained on."""
        order = np.random.default_rng((self.run.seed, 1, epoch)).permutation(
            len(self.images.training)
        )
        losses = []
        for number in range(self.steps):
            batch = order[number * model.BATCH : (number + 1) * model.BATCH]
            step = epoch * self.steps + number + 1
            losses.append(self.trainer.step(step, self.images.training[batch]))
        return {"train -ELBO": float(np.mean([float(loss) for loss in losses]))}

    def evaluate(self) -> dict[str, float]:
        """-ELBO and KL on the test images, with the same noise at each call."""
        images = self.images.test
        repeated = np.tile(images, (max(1, DRAWN // len(images)), 1))
        loss = self.trainer.apply(self.vae.loss, repeated)
        divergence = self.trainer.apply(self._divergence, images)
        return {"test -ELBO": float(loss), "KL": float(divergence)}

    def results(self) -> dict[str, Any]:
        """Pictures as bytes, and the quality of the gradient where it can be enumerated."""
        vae, images = self.vae, self.images.test
        random = np.random.default_rng((self.run.seed, 2))
        classes, categoricals = vae.configuration.classes, vae.configuration.categoricals
        codes = np.eye(classes, dtype=np.float32)[
            random.integers(classes, size=(SHOWN, categoricals))
        ]
        results = {
            "reconstructions": _bytes(self.trainer.apply(self._reconstruct, images[:SHOWN])),
            "samples": _bytes(self.trainer.apply(self._decode, codes)),
        }
        if classes**categoricals <= ENUMERABLE:
            results["gradient"] = quality(
                vae, self.trainer, self.run.estimator, self.run.tau, images[:DIAGNOSED]
            )
        return results

    def state(self) -> list[np.ndarray]:
        return self.trainer.state()

    def restore(self, state: Sequence[np.ndarray]) -> None:
        self.trainer.restore(state)

    def _divergence(
        self, ops: Ops, parameters: list[Array], sample: Sample, images: Array
    ) -> Array:
        logits = self.vae.encode(ops, parameters, images)
        return ops.mean(self.vae.divergence(ops, logits, ops.exp(ops.log_softmax(logits))))

    def _reconstruct(
        self, ops: Ops, parameters: list[Array], sample: Sample, images: Array
    ) -> Array:
        """The means of the pixels at a sampled code."""
        code, _ = sample(self.vae.encode(ops, parameters, images))
        return self._decode(ops, parameters, sample, code)

    def _decode(self, ops: Ops, parameters: list[Array], sample: Sample, code: Array) -> Array:
        return ops.sigmoid(self.vae.decode(ops, parameters, code))


learner = Training


def collapsed(record: Record) -> bool:
    """Whether the posterior is saturated: its KL is L log K but for a thousandth."""
    configuration = model.CONFIGURATIONS[record.run.variant]
    return not record.last["KL"] < SATURATED * configuration.saturated


def _bytes(pixels: np.ndarray) -> list[list[int]]:
    return np.round(255 * pixels).astype(int).tolist()
