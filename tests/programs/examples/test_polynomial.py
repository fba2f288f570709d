"""Polynomial programming ends where it must, in the framework under test."""

from __future__ import annotations

import importlib.util
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import backends
from examples.polynomial import __main__ as polynomial
from examples.polynomial import problem
from examples.polynomial.experiment import learner
from examples.running import loop
from examples.running.run import Record, Run
from examples.training.trainer import trainer
from reinmax_multi import Sample

POWERS = (1.5, 3.0)


def _run(framework: str, estimator: str, power: float, epochs: int, folder: Path) -> Record:
    run = Run(framework, estimator, 1.0, 0, epochs, f"p{power:g}", {"power": power})
    return loop.train(run, learner, folder, lambda done, metrics: None)


def test_analytic_numbers() -> None:
    """The optimum and the fixed point by search, p = 2 and p = 1.5 by hand."""
    grid = np.linspace(0, 1, 100_001)
    for power in (1.5, 2.0, 3.0):
        losses = [problem.expected_loss(ones, power) for ones in grid]
        assert problem.optimum(power) == pytest.approx(min(losses), rel=1e-12)
        slope = grid * power * 0.55 ** (power - 1) - (1 - grid) * power * 0.45 ** (power - 1)
        assert problem.fixed_point(power) == pytest.approx(grid[np.abs(slope).argmin()], abs=1e-5)
    assert problem.fixed_point(2.0) == pytest.approx(0.45)
    assert problem.fixed_point(1.5) == pytest.approx(1 / (1 + np.sqrt(11 / 9)))


@pytest.mark.parametrize("power", POWERS)
def test_straight_through_lands_on_its_fixed_point(
    sheet: backends.Sheet, tmp_path: Path, power: float
) -> None:
    """Within four standard errors over the 128 latents, a false alarm in 16,000 seeds."""
    record = _run(sheet.name, "straight_through", power, 8, tmp_path)
    ones = np.array(record.results["ones"])
    error = ones.std(ddof=1) / np.sqrt(ones.size)
    assert error < 0.1 * (0.5 - problem.fixed_point(power))  # so that it is not the start
    assert abs(ones.mean() - problem.fixed_point(power)) < 4 * error


@pytest.mark.parametrize("estimator", ["reinmax", "reinforce", "exact"])
def test_others_pass_the_fixed_point(sheet: backends.Sheet, tmp_path: Path, estimator: str) -> None:
    """And go down all the time; 2 epochs bring P(X = 1) below the 0.45 of straight-through."""
    record = _run(sheet.name, estimator, 2.0, 3, tmp_path)
    assert record.last["P(X = 1)"] < problem.fixed_point(2.0) - 0.01
    assert all(np.diff(record.history["expected loss"]) < 0)


def test_reinforce_is_unbiased(
    sheet: backends.Sheet, driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All batches of two samples of two latents, against differences of the expected loss."""
    monkeypatch.setattr(problem, "LATENTS", 2)
    monkeypatch.setattr(problem, "BATCH", 2)
    losses, ops = problem.Losses(3.0), trainer(sheet.name).ops
    logits = np.array([[0.3, -0.4], [-0.2, 0.7]])

    def loss(theta: Any, hard: Any) -> Sample:
        value = losses.reinforce(ops, [theta], lambda rows: (hard, None))
        return Sample(value, 0 * value)

    pull = driver.pullback_of(next(iter(sheet.modes)), loss, 2)
    weight = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    expected = np.zeros_like(logits)
    for drawn in itertools.product(range(2), repeat=4):
        hard = np.eye(2)[np.reshape(drawn, (2, 2))]
        arrays = [driver.asarray(array, "float64") for array in (logits, hard, 1.0, 0.0)]
        gradient = driver.to_numpy(pull(*arrays)[1])
        expected += (hard * weight).sum(-1).prod() * gradient
    differences = np.zeros_like(logits)
    for index in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[index] = 1e-5
        high, low = (_expected_loss(logits + sign * step) for sign in (1, -1))
        differences[index] = (high - low) / 2e-5
    np.testing.assert_allclose(expected, differences, atol=1e-8)


def _expected_loss(logits: np.ndarray) -> float:
    return problem.expected_loss(1 / (1 + np.exp(logits[:, 0] - logits[:, 1])), 3.0)


def test_expected_loss_is_that_of_the_samples(sheet: backends.Sheet, tmp_path: Path) -> None:
    """The sampled loss of an epoch lies between the expected losses around it, or nearly."""
    record = _run(sheet.name, "reinmax", 3.0, 2, tmp_path)
    before, after = record.history["expected loss"]
    noise = 0.1 * np.sqrt(0.25 / (problem.BATCH * problem.LATENTS * problem.STEPS))
    assert after - 5 * noise < record.history["training loss"][1] < before + 5 * noise


def test_command_leaves_records_summary_and_picture(sheet: backends.Sheet, tmp_path: Path) -> None:
    arguments = ["--framework", sheet.name, "--estimator", "zgr", "--estimator", "exact"]
    arguments += ["--power", "3", "--seeds", "2", "--epochs", "1", "--out", str(tmp_path)]
    done = CliRunner().invoke(polynomial.app, arguments)
    assert done.exit_code == 0, done.output
    for word in ("zgr", "exact", "P(X = 1)"):
        assert word in done.output
    stems = [f"p3_{sheet.name}_{name}_tau1_seed{i}" for name in ("zgr", "exact") for i in (0, 1)]
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {*(f"{stem}.json" for stem in stems), "polynomial.png", "summary.json"}
    assert (tmp_path / "polynomial.png").read_bytes().startswith(b"\x89PNG")
    rows = json.loads((tmp_path / "summary.json").read_text())
    assert [row["estimator"] for row in rows] == ["zgr", "exact"]
    assert [row["seeds"] for row in rows] == [[0, 1], [0, 1]]


def test_original_is_for_torch_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["--estimator", "pypi_reinmax", "--out", str(tmp_path)]
    done = CliRunner().invoke(polynomial.app, [*arguments, "--framework", "jax"])
    assert done.exit_code == 1
    assert "exists for PyTorch only, not for JAX" in done.output
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    done = CliRunner().invoke(polynomial.app, [*arguments, "--framework", "torch"])
    assert "python -m pip install reinmax" in done.output
    assert not list(tmp_path.iterdir())
