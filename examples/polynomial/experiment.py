"""One run of polynomial programming."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..running.run import Run
from ..training.trainer import Optimiser, trainer
from . import problem

REFERENCES = ("exact", "reinforce")
SAMPLER = "straight_through"
"""What draws the samples of a reference."""
OPTIMISER = Optimiser("adam", 1e-3)


class Polynomial:
    """See :class:`..running.loop.Learner`."""

    steps = problem.STEPS

    def __init__(self, run: Run) -> None:
        self.power = run.options["power"]
        reference = run.estimator in REFERENCES
        losses = problem.Losses(self.power)
        self.trainer = trainer(run.framework)(
            getattr(losses, run.estimator) if reference else losses.sampled,
            [problem.initial_logits(run.seed)],
            OPTIMISER,
            SAMPLER if reference else run.estimator,
            run.tau,
            run.seed,
        )
        self.version = self.trainer.version
        self.facts: dict[str, Any] = {}

    def train(self, epoch: int) -> dict[str, float]:
        first = epoch * self.steps + 1
        losses = [self.trainer.step(number) for number in range(first, first + self.steps)]
        return {"training loss": float(np.mean([float(loss) for loss in losses]))}

    def evaluate(self) -> dict[str, float]:
        """The expected loss and the mean over latents of P(X = 1), exactly."""
        ones = self._ones()
        return {
            "expected loss": problem.expected_loss(ones, self.power),
            "P(X = 1)": float(np.mean(ones)),
        }

    def results(self) -> dict[str, Any]:
        """P(X_i = 1) of each latent."""
        return {"ones": self._ones().tolist()}

    def state(self) -> list[np.ndarray]:
        return self.trainer.state()

    def restore(self, state: Sequence[np.ndarray]) -> None:
        self.trainer.restore(state)

    def _ones(self) -> np.ndarray:
        logits = self.trainer.apply(lambda ops, parameters, sample: parameters[0]).astype(float)
        return 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))


learner = Polynomial
