"""The demo trains in the framework under test, reproducibly; what stops it is said."""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backends
from examples.digits_vae import __main__ as command
from examples.digits_vae import digits, experiment, model, options

ESTIMATORS = ("reinmax", "straight_through")
EPOCHS = 3


def _python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | command.ENVIRONMENT | variables
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def _run(framework: str, seed: int) -> dict[str, Any]:
    """The record of one short run in this process, without its time."""
    record = asdict(experiment.run(framework, "reinmax", 1, seed, lambda held_out: None))
    del record["seconds"]
    return record


@pytest.fixture(scope="module")
def out(sheet: backends.Sheet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command leaves after a few epochs in the framework under test."""
    folder = tmp_path_factory.mktemp("digits_vae")
    options = ("--framework", sheet.name, "--epochs", str(EPOCHS), "--seed", "1")
    done = _python("examples.digits_vae", *options, "--out", str(folder))
    assert done.returncode == 0, done.stderr
    for word in (experiment.FRAMEWORKS[sheet.name].title, *ESTIMATORS):
        assert word in done.stdout
    return folder


@pytest.fixture(params=ESTIMATORS)
def record(out: Path, sheet: backends.Sheet, request: pytest.FixtureRequest) -> experiment.Record:
    return experiment.read(out, sheet.name, request.param)


@pytest.fixture
def scaled_weights() -> model.Weights:
    """Weights with which the codes are neither uniform nor certain, and biases that are not 0."""
    generator = np.random.default_rng(5)
    return [
        (2 * kernel, generator.normal(size=bias.shape).astype(np.float32))
        for kernel, bias in model.initial_weights(3)
    ]


def test_command_leaves_records_and_one_picture(out: Path, sheet: backends.Sheet) -> None:
    names = {path.name for path in out.iterdir()}
    assert names == {"digits_vae.png", *(f"{sheet.name}_{name}.json" for name in ESTIMATORS)}
    assert (out / "digits_vae.png").read_bytes().startswith(b"\x89PNG")


def test_record_has_its_schema(record: experiment.Record, sheet: backends.Sheet) -> None:
    assert set(asdict(record)) == {field.name for field in fields(experiment.Record)}
    assert record.framework == sheet.name
    assert record.version == importlib.import_module(sheet.module).__version__
    assert record.seed == 1
    assert record.seconds > 0
    assert len(record.training) == len(record.held_out) == EPOCHS
    assert np.shape(record.reconstructions) == (10, model.PIXELS)
    assert 0 <= np.min(record.reconstructions) < np.max(record.reconstructions) <= 1


def test_loss_decreases_over_the_first_epochs(record: experiment.Record) -> None:
    uniform_grey = model.PIXELS * np.log(2)
    assert record.training[0] < uniform_grey
    assert all(np.diff(record.training) < 0)
    assert all(np.diff(record.held_out) < 0)


def test_estimators_share_their_draws_and_differ_in_gradient(
    sheet: backends.Sheet, scaled_weights: model.Weights
) -> None:
    batch = digits.load().training[: experiment.BATCH]
    models = [_model(sheet.name)(scaled_weights, name, 0) for name in ESTIMATORS]
    first, second = (np.array([vae.train(batch) for vae in models]) for _ in range(2))
    assert first[0] == pytest.approx(first[1], rel=1e-6)
    assert second[0] != second[1]
    assert all(second < first)


def test_same_seed_gives_the_same_record(sheet: backends.Sheet) -> None:
    first = _run(sheet.name, seed=1)
    assert first == _run(sheet.name, seed=1)
    assert first != _run(sheet.name, seed=2)


def test_reconstruction_decodes_the_most_probable_code(
    sheet: backends.Sheet, scaled_weights: model.Weights
) -> None:
    images = digits.load().examples
    encoder, decoder = _oracle(scaled_weights)
    code = np.eye(model.CLASSES)[encoder(images).argmax(-1)]
    expected = 1 / (1 + np.exp(-decoder(code)))
    vae = _model(sheet.name)(scaled_weights, "reinmax", 0)
    np.testing.assert_allclose(vae.reconstruct(images), expected, atol=1e-5)


def test_evaluation_is_the_elbo(sheet: backends.Sheet, scaled_weights: model.Weights) -> None:
    """Against another Monte Carlo estimate; five standard errors apart, the seeds being fixed."""
    images, draws = digits.load().held_out, 400
    encoder, decoder = _oracle(scaled_weights)
    logits = encoder(images)
    weights = np.exp(logits)
    probabilities = weights / weights.sum(-1, keepdims=True)
    uniform = np.random.default_rng(0).uniform(size=(draws, *logits.shape[:-1], 1))
    categories = (np.cumsum(probabilities, -1) < uniform).sum(-1)
    pixels = 1 / (1 + np.exp(-decoder(np.eye(model.CLASSES)[categories])))
    likelihood = (images * np.log(pixels) + (1 - images) * np.log(1 - pixels)).sum(-1)
    divergence = (probabilities * np.log(probabilities * model.CLASSES)).sum((-1, -2))
    each_draw = (divergence - likelihood).mean(-1)
    error = each_draw.std() * np.sqrt(1 / draws + 1 / model.EVALUATION_DRAWS)
    vae = _model(sheet.name)(scaled_weights, "reinmax", 0)
    assert abs(vae.evaluate(images) - each_draw.mean()) < 5 * error


def test_unknown_estimator_is_an_error(sheet: backends.Sheet, tmp_path: Path) -> None:
    settings = ("--epochs", "1", "--seed", "0", "--out", str(tmp_path))
    worker = "examples.digits_vae.worker"
    done = _python(worker, sheet.name, "--estimator", "reinmin", *settings)
    assert done.returncode == 2
    for word in ("reinmin", *ESTIMATORS):
        assert word in done.stderr
    assert not list(tmp_path.iterdir())


def test_missing_framework_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as exit_:
        command.main(framework=[options.Framework.jax], out=tmp_path / "none")
    assert exit_.value.code == 1
    assert "JAX is not installed" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_error_of_a_broken_framework_is_shown(sheet: backends.Sheet, tmp_path: Path) -> None:
    (tmp_path / f"{sheet.module}.py").write_text("raise ImportError('a library is missing')")
    settings = ("--framework", sheet.name, "--epochs", "1", "--out", str(tmp_path / "out"))
    done = _python("examples.digits_vae", *settings, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "a library is missing" in done.stderr


def _model(framework: str) -> type[model.CategoricalVAE]:
    return importlib.import_module(f"examples.digits_vae.model_{framework}").CategoricalVAE


def _oracle(weights: model.Weights) -> tuple[Any, Any]:
    """Encoder and decoder in NumPy float64."""

    def perceptron(inputs: np.ndarray, first: Any, last: Any) -> np.ndarray:
        hidden = np.maximum(np.einsum("...i,ij->...j", inputs, first[0]) + first[1], 0)
        return np.einsum("...i,ij->...j", hidden, last[0]) + last[1]

    def encoder(images: np.ndarray) -> np.ndarray:
        logits = perceptron(images.astype(np.float64), *weights[:2])
        return logits.reshape(*images.shape[:-1], model.CATEGORICALS, model.CLASSES)

    def decoder(code: np.ndarray) -> np.ndarray:
        return perceptron(code.reshape(*code.shape[:-2], model.CODE), *weights[2:])

    return encoder, decoder
