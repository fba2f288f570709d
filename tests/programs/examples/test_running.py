"""A run resumes after a kill as if nothing had happened; trainers take the published steps."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backends
from examples.polynomial.experiment import learner
from examples.running import checkpoint, command, frameworks, loop, report
from examples.running.run import Record, Run, read
from examples.training.trainer import Optimiser, trainer

WORKER = (sys.executable, "-m", "examples.running.worker", "examples.polynomial")
OPTIMISERS = {"adam": Optimiser("adam", 0.1), "radam": Optimiser("radam", 0.1)}
PARAMETERS = [
    np.random.default_rng(1).normal(size=shape).astype(np.float32) for shape in ((2, 3), (2, 4))
]


@pytest.fixture
def run(sheet: backends.Sheet) -> Run:
    return Run(sheet.name, "gumbel_softmax", 0.7, 3, 4, "p3", {"power": 3.0})


def _worker(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (*WORKER, str(folder)),
        env=frameworks.ENVIRONMENT | os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _without_times(record: Record) -> dict[str, Any]:
    facts = asdict(record)
    del facts["seconds"]
    return facts


def test_resumed_run_equals_an_uninterrupted_one(run: Run, tmp_path: Path) -> None:
    """Bit for bit, after SIGKILL in the midst of it."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    assert _trained(run, whole) == list(range(1, run.epochs + 1))
    with _worker(killed) as worker:
        worker.stdin.write(json.dumps([asdict(run)]))
        worker.stdin.close()
        assert json.loads(worker.stdout.readline())["done"] == 1
        worker.send_signal(signal.SIGKILL)
    assert worker.returncode == -signal.SIGKILL
    assert not (killed / f"{run.name}.json").exists()
    (killed / f".{run.name}.checkpoint.npz.half").write_bytes(b"half")
    done = _trained(run, killed)
    assert 1 <= done[0] < run.epochs
    assert done == list(range(done[0], run.epochs + 1))
    assert [path.name for path in killed.iterdir()] == [f"{run.name}.json"]
    records = [read(folder / f"{run.name}.json") for folder in (killed, whole)]
    assert _without_times(records[0]) == _without_times(records[1])
    assert len(records[0].seconds) == run.epochs


def _trained(run: Run, folder: Path) -> list[int]:
    """What the worker reports, epoch by epoch."""
    with _worker(folder) as worker:
        output, _ = worker.communicate(json.dumps([asdict(run)]))
    assert worker.returncode == 0
    return [json.loads(line)["done"] for line in output.splitlines()]


def test_finished_run_is_not_trained_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it need its framework."""
    short = replace(run, epochs=1)
    record = loop.train(short, learner, tmp_path, lambda done, metrics: None)

    def refuse(run: Run) -> loop.Learner:
        raise AssertionError("it is finished")

    assert loop.train(short, refuse, tmp_path, lambda done, metrics: None) == record
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert command.train("examples.polynomial", [short], tmp_path, "expected loss") == [record]


@pytest.mark.parametrize(
    ("name", "value"), [("epochs", 2), ("options", {"power": 2.0})], ids=["epochs", "options"]
)
def test_record_of_another_run_is_not_overwritten(
    run: Run, tmp_path: Path, name: str, value: Any
) -> None:
    short = replace(run, epochs=1)
    loop.train(short, learner, tmp_path, lambda done, metrics: None)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(SystemExit, match=rf"belongs to a run with {name} .*--out"):
        command.train("examples.polynomial", [replace(short, **{name: value})], tmp_path, "loss")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_checkpoint_of_another_run_is_not_resumed(run: Run, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, metrics: dict[str, float]) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        loop.train(run, learner, tmp_path, stop)
    other = replace(run, options={"power": 3.5})
    with pytest.raises(SystemExit, match=r"belongs to a run with options .*power.*--out"):
        loop.train(other, learner, tmp_path, lambda done, metrics: None)


def test_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    checkpoint.write(path, b"old")

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.write(path, b"new, longer")
    assert path.read_bytes() == b"old"


def test_checkpoint_keeps_every_bit(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    state = [random.normal(size=(3, 2)).astype(np.float32), np.array(7), np.array([np.nan, -0.0])]
    state += [np.full(1, number) for number in range(20)]
    progress = {"history": {"loss": [0.1, 1 / 3]}}
    checkpoint.save(tmp_path / "file.npz", state, progress)
    loaded = checkpoint.load(tmp_path / "file.npz")
    assert loaded.progress == progress
    for array, expected in zip(loaded.state, state, strict=True):
        assert array.dtype == expected.dtype
        assert array.tobytes() == expected.tobytes()


def _quadratic(ops: Any, parameters: Any, sample: Any, target: Any) -> Any:
    """Coupled, so that no coordinate is like another."""
    error = parameters[0] @ target - parameters[1]
    return ops.sum(error**2) + ops.mean(parameters[0] ** 4)


def _trainer(framework: str, optimiser: Optimiser) -> Any:
    return trainer(framework)(_quadratic, PARAMETERS, optimiser, "reinmax", 1.0, 0)


def _gradient(first: np.ndarray, second: np.ndarray, target: np.ndarray) -> list[np.ndarray]:
    error = first @ target - second
    return [2 * error @ target.T + 4 * first**3 / first.size, -2 * error]


def _adam_factor(step: int) -> tuple[float, bool]:
    return 1.0, True


def _radam_factor(step: int) -> tuple[float, bool]:
    """Algorithm 2 of arXiv:1908.03265."""
    infinite = 2 / (1 - 0.999) - 1
    rho = infinite - 2 * step * 0.999**step / (1 - 0.999**step)
    if rho <= 5:
        return 1.0, False
    ratio = (rho - 4) * (rho - 2) * infinite / ((infinite - 4) * (infinite - 2) * rho)
    return ratio**0.5, True


@pytest.mark.parametrize(
    ("name", "factor"), [("adam", _adam_factor), ("radam", _radam_factor)], ids=["adam", "radam"]
)
def test_optimisers_take_the_published_steps(
    sheet: backends.Sheet, name: str, factor: Callable[[int], tuple[float, bool]]
) -> None:
    """Against float64; RAdam changes from momentum to the rectified step after the fifth."""
    target = np.random.default_rng(2).normal(size=(3, 4)).astype(np.float32)
    trained = _trainer(sheet.name, OPTIMISERS[name])
    values = [array.astype(np.float64) for array in PARAMETERS]
    first, second = ([np.zeros_like(value) for value in values] for _ in range(2))
    for step in range(1, 13):
        trained.step(step, target)
        rate, adaptive = factor(step)
        for index, gradient in enumerate(_gradient(*values, target.astype(np.float64))):
            first[index] = 0.9 * first[index] + 0.1 * gradient
            second[index] = 0.999 * second[index] + 0.001 * gradient**2
            direction = first[index] / (1 - 0.9**step)
            if adaptive:
                direction = rate * direction / np.sqrt(second[index] / (1 - 0.999**step))
            values[index] = values[index] - 0.1 * direction
    for array, expected in zip(trained.state()[: len(values)], values, strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-4)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_restored_trainer_goes_on_with_the_same_bits(sheet: backends.Sheet, name: str) -> None:
    target = np.random.default_rng(2).normal(size=(3, 4)).astype(np.float32)
    trainers = [_trainer(sheet.name, OPTIMISERS[name]) for _ in range(2)]
    for step in range(1, 8):
        trainers[0].step(step, target)
    trainers[1].step(1, target)
    trainers[1].restore(trainers[0].state())
    for step in range(8, 12):
        losses = [float(each.step(step, target)) for each in trainers]
        assert losses[0] == losses[1]
    for one, other in zip(*(each.state() for each in trainers), strict=True):
        assert one.tobytes() == other.tobytes()


def test_missing_framework_is_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    title = frameworks.FRAMEWORKS[run.framework].title
    with pytest.raises(SystemExit, match=f"{title} is not installed"):
        command.train("examples.polynomial", [run], tmp_path / "none", "expected loss")
    assert not (tmp_path / "none").exists()


def test_error_of_a_broken_framework_is_shown(
    run: Run, sheet: backends.Sheet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / f"{sheet.module}.py").write_text("raise ImportError('a library is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SystemExit, match="a library is missing"):
        command.train("examples.polynomial", [run], tmp_path / "out", "expected loss")


def test_mean_and_standard_error() -> None:
    values = [1.0, 2.0, 4.0]
    assert report.mean_and_error(values) == pytest.approx((7 / 3, np.sqrt(7 / 3 / 3)))
    assert report.shown(values) == "2.33(88)"
    assert report.shown(values[:1]) == "1"
