"""The figures of the examples' speed are those of whole steps and of steps without a draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import backends
from examples.polynomial import experiment, problem
from examples.speed import measure, turns
from examples.training.trainer import trainer


def test_every_example_is_measured(sheet: backends.Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "ROUNDS", 1)
    monkeypatch.setattr(turns, "ROUND_SECONDS", 0.01)
    reported: list[dict[str, Any]] = []
    measure.measure(sheet.name, "reinmax", reported.append)
    assert [facts["example"].split(",")[0] for facts in reported] == [
        *("polynomial", "VAE 8x4", "VAE 10x30"),
    ]
    assert all(facts["steps a second"] > 0 and facts["share"] < 1 for facts in reported)


def test_share_is_what_a_step_takes_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = iter([4.0, 1.0, 5.0, 1.0, 40.0, 1.0])
    monkeypatch.setattr(measure, "seconds", lambda pair: [next(taken), next(taken)])
    monkeypatch.setattr(measure, "trainer", lambda framework: lambda *arguments: None)
    reported: list[dict[str, Any]] = []
    measure.measure("any", "reinmax", reported.append)
    assert [facts["share"] for facts in reported] == pytest.approx([0.75, 0.8, 0.975])
    assert [facts["steps a second"] for facts in reported] == pytest.approx([0.25, 0.2, 0.025])


def test_relaxed_loss_draws_nothing(sheet: backends.Sheet) -> None:
    """Two seeds, one value: that of the probabilities."""
    loss = problem.Losses(2.0).sampled

    def relaxed(*arguments: Any) -> Any:
        return measure.relaxed(loss, *arguments)

    logits = problem.initial_logits(0) * 100
    values = []
    for seed in (0, 1):
        trained = trainer(sheet.name)(relaxed, [logits], experiment.OPTIMISER, "reinmax", 1.0, seed)
        values.append(float(trained.step(1)))
    ones = 1 / (1 + np.exp(np.float64(logits[:, 0] - logits[:, 1])))
    assert values[0] == values[1] == pytest.approx(np.mean((ones - 0.45) ** 2), rel=1e-5)
