"""A few steps: the loss decreases, the scorer learns, a killed run leaves the same record."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import backends
from examples.listops import baselines, experiment, speed, tree
from examples.running import frameworks
from examples.running.run import Run, read
from examples.speed import turns

ESTIMATORS = ("reinmax", "gumbel_softmax")
"""A gradient that is a function of the sample, and a random one."""
OPTIONS = {
    "sizes": {"training": 128, "validation": 32, "test": 32, "length": 8},
    "data": None,
    "batch": 32,
    "hidden": 32,
    "learning_rate": 0.02,
}
QUERY = tree.Weights._fields.index("query")


def _run(framework: str, estimator: str = "reinmax", seed: int = 0, epochs: int = 4) -> Run:
    return Run(framework, estimator, 1.1, seed, epochs, "listops", OPTIONS)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_loss_decreases_and_the_scorer_moves(sheet: backends.Sheet, estimator: str) -> None:
    learner = experiment.learner(_run(sheet.name, estimator))
    losses, queries = [], []
    for epoch in range(25):
        losses.append(learner.train(epoch)["training loss"])
        queries.append(learner.state()[QUERY])
    assert losses[0] < 2.6  # log 10 = 2.3
    assert losses[-1] < np.mean(losses[10:15]) - 0.5 < losses[0] - 0.9
    assert all(np.all(before != after) for before, after in pairwise(queries))
    assert learner.evaluate()["validation accuracy"] > 0.2


def test_restored_learner_repeats_the_bits(sheet: backends.Sheet) -> None:
    learner, same, other = (experiment.learner(_run(sheet.name, seed=seed)) for seed in (0, 0, 1))
    first = learner.train(0)
    assert other.train(0) != first
    state = learner.state()
    expected = learner.train(1)
    same.restore(state)
    assert same.train(1) == expected
    for one, another in zip(learner.state(), same.state(), strict=True):
        assert one.tobytes() == another.tobytes()


def test_killed_run_leaves_the_record_of_a_whole_one(sheet: backends.Sheet, tmp_path: Path) -> None:
    run = _run(sheet.name, "gumbel_softmax", epochs=6)
    folders = [tmp_path / name for name in ("whole", "killed")]
    for folder in folders:
        folder.mkdir()
    cache = tmp_path / "compiled"
    with _worker(folders[0], cache) as worker:
        worker.communicate(json.dumps([asdict(run)]))
    with _worker(folders[1], cache) as worker:
        worker.stdin.write(json.dumps([asdict(run)]))
        worker.stdin.close()
        assert json.loads(worker.stdout.readline())["done"] == 1
        worker.send_signal(signal.SIGKILL)
    assert not (folders[1] / f"{run.name}.json").exists()
    with _worker(folders[1], cache) as worker:
        output, _ = worker.communicate(json.dumps([asdict(run)]))
    assert json.loads(output.splitlines()[0])["done"] >= 1
    assert len(output.splitlines()) <= run.epochs
    records = [asdict(read(folder / f"{run.name}.json")) for folder in folders]
    for record in records:
        assert len(record.pop("seconds")) == run.epochs
    assert records[0] == records[1]


def _worker(folder: Path, cache: Path) -> subprocess.Popen[str]:
    """One compilation serves all processes of JAX."""
    compiled = {
        "JAX_COMPILATION_CACHE_DIR": str(cache),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }
    return subprocess.Popen(
        (sys.executable, "-m", "examples.running.worker", "examples.listops", str(folder)),
        env=frameworks.ENVIRONMENT | os.environ | compiled,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_baselines_are_what_they_say() -> None:
    data = experiment.load(None, training=2000, validation=1, test=500, length=8)
    found = baselines.accuracies(data)
    values = [each.value for each in data.training]
    most = max(range(10), key=values.count)
    assert found["majority"] == np.mean([each.value == most for each in data.test])
    # one flat operation: the words fix the value, but a linear function of their counts does not
    assert found["majority"] + 0.1 < found["bag of words, linear"]
    assert found["bag of words, linear"] < found["bag of words, perceptron"] < 1


def test_speed_is_reported_with_the_share_of_the_estimator(
    sheet: backends.Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "CASES", ((8, 32, 32),))
    monkeypatch.setattr(turns, "ROUNDS", 1)
    monkeypatch.setattr(turns, "ROUND_SECONDS", 0.0)
    (figures,) = speed.measure(sheet.name, "reinmax")
    assert figures["steps a second"] > 0
    assert figures["share"] < 1
    assert (figures["words"], figures["rows"], figures["hidden"]) == (8, 32, 32)
