"""Steps a second, and the estimator's share: ``python -m examples.listops.speed torch``.

The share is what a step takes longer than one whose samples are replaced by their probabilities:
there, nothing is drawn, and the gradient passes through softmax alone. Keep the machine quiet.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..speed.turns import seconds
from . import batches, language, model

CASES = ((8, 32, 64), (20, 32, 64), (20, 16, 300))
"""Words of the longest, rows of a batch, hidden units; the last two as published."""


def measure(framework: str, estimator: str) -> Iterator[dict[str, Any]]:
    """The figures of each case, at tau = 1.1."""
    implementation = importlib.import_module(f"{__package__}.model_{framework}")
    for length, rows, hidden in CASES:
        expressions = language.generate(2000, language.Limits(length), 0)
        batch = batches.in_order(expressions, rows)[-2]  # of the longest, and full
        settings = model.Settings(estimator, 1.1, 0, hidden, 1e-3)
        parsers = [
            implementation.Parser(model.initial_weights(hidden, 0), settings) for _ in range(2)
        ]
        parsers[1].estimator = _probabilities(framework)
        whole, without = seconds([partial(_step, each, batch) for each in parsers])
        yield {
            "framework": framework,
            "estimator": estimator,
            "words": batch.words.shape[1],
            "rows": rows,
            "hidden": hidden,
            "steps a second": round(1 / whole, 2),
            "share": round(1 - without / whole, 3),
        }


def _probabilities(framework: str) -> Callable[..., Any]:
    softmax = (
        importlib.import_module("torch").softmax
        if framework == "torch"
        else importlib.import_module("jax").nn.softmax
    )

    def probabilities(logits: Any, tau: float, **randomness: Any) -> tuple[Any, Any]:
        soft = softmax(logits, -1)
        return soft, soft

    return probabilities


def _step(parser: model.Parser, batch: batches.Batch, number: int) -> float:
    return parser.train(batch, number)


if __name__ == "__main__":
    for figures in measure(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "reinmax"):
        print(json.dumps(figures), flush=True)
