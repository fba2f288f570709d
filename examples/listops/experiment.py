"""One run: a parser, its data, its record."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..running.run import Run
from . import batches, data, model
from .language import Expression

EVALUATION_BATCH = 100


class Learner:
    """See :class:`..running.loop.Learner`; ``options`` are ``sizes``, ``data`` and a model's."""

    def __init__(self, run: Run) -> None:
        options = dict(run.options)
        self.data = load(options.pop("data"), **options.pop("sizes"))
        self.batch = options.pop("batch")
        self.seed = run.seed
        implementation = importlib.import_module(f"{__package__}.model_{run.framework}")
        settings = model.Settings(run.estimator, run.tau, seed=run.seed, **options)
        weights = model.initial_weights(settings.hidden, run.seed)
        self.parser: model.Parser = implementation.Parser(weights, settings)
        self.version: str = implementation.VERSION
        self.steps = len(batches.in_order(self.data.training, self.batch))
        self.facts: dict[str, Any] = {"sources": self.data.sources}

    def train(self, epoch: int) -> dict[str, float]:
        """The cross-entropy, in nats, of the sampled trees; each expression is met once."""
        generator = np.random.default_rng((self.seed, epoch))
        shuffled = batches.shuffled(self.data.training, self.batch, generator)
        losses = [
            self.parser.train(batch, epoch * self.steps + number)
            for number, batch in enumerate(shuffled)
        ]
        return {"training loss": float(np.mean(losses))}

    def evaluate(self) -> dict[str, float]:
        """The share of greedy trees whose value is right."""
        return {"validation accuracy": self._accuracy(self.data.validation)}

    def results(self) -> dict[str, Any]:
        """The same on the test part, after the last epoch."""
        return {"test accuracy": self._accuracy(self.data.test)}

    def state(self) -> list[np.ndarray]:
        return self.parser.state()

    def restore(self, state: Sequence[np.ndarray]) -> None:
        self.parser.restore(state)

    def _accuracy(self, expressions: Sequence[Expression]) -> float:
        right = 0.0
        for batch in batches.in_order(expressions, EVALUATION_BATCH):
            right += float(np.sum(batch.weights * (self.parser.evaluate(batch) == batch.values)))
        return right / len(expressions)


@cache
def load(folder: str | None, **sizes: int) -> data.Data:
    """The data of a run; the runs of a process have them in common."""
    return data.load(None if folder is None else Path(folder), data.Sizes(**sizes))


learner = Learner
