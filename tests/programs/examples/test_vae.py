"""The VAE trains in the framework under test, on digits and on IDX files; bad ones are reported."""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import backends
from examples.running import loop
from examples.running.run import Record, Run
from examples.training.trainer import trainer
from examples.vae import __main__ as vae
from examples.vae import data, experiment, model, quality

EPOCHS = 3


@pytest.fixture(scope="module")
def record(sheet: backends.Sheet, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A few epochs on the digits, with one image for the quality of the gradient."""
    run = Run(sheet.name, "reinmax", 1.3, 1, EPOCHS, "8x4", {"data": None})
    folder = tmp_path_factory.mktemp("vae")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment, "DIAGNOSED", 1)
        patch.setattr(quality, "TAUS", (1.0, 2.0))
        return loop.train(run, experiment.learner, folder, lambda done, metrics: None)


@pytest.fixture
def untrained(sheet: backends.Sheet) -> Any:
    """A trainer with weights that make the codes neither uniform nor certain."""
    small = model.VAE(model.CONFIGURATIONS["8x4"], 64)
    random = np.random.default_rng(5)
    parameters = [
        array * 2 if array.ndim > 1 else random.normal(size=array.shape).astype(np.float32)
        for array in small.initial(3)
    ]
    return (
        small,
        parameters,
        trainer(sheet.name)(small.loss, parameters, small.optimiser, "reinmax", 1.0, 0),
    )


def _write_idx(path: Path, images: np.ndarray, pack: bool = False) -> None:
    header = data.MAGIC + b"".join(size.to_bytes(4, "big") for size in images.shape)
    content = header + images.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if pack else content)


@pytest.fixture
def idx(tmp_path: Path) -> Path:
    """A folder of files in the format of MNIST, one packed, one not."""
    folder = tmp_path / "idx"
    folder.mkdir()
    images = data.load(None)
    as_bytes = [np.round(255 * part).reshape(-1, 8, 8) for part in (images.training, images.test)]
    _write_idx(folder / f"{data.NAMES['training']}.gz", as_bytes[0][:200], pack=True)
    _write_idx(folder / data.NAMES["test"], as_bytes[1][:20])
    return folder


def test_loss_decreases(record: Record) -> None:
    for metric in ("train -ELBO", "test -ELBO"):
        assert record.history[metric][0] < 64 * math.log(2)
        assert all(np.diff(record.history[metric]) < 0)
    assert 0 < record.last["KL"] < 4 * math.log(8)
    assert not experiment.collapsed(record)
    assert record.steps == 15


def test_record_holds_pictures_and_the_quality_of_the_gradient(record: Record) -> None:
    for name in ("reconstructions", "samples"):
        pixels = np.array(record.results[name])
        assert pixels.shape == (10, 64)
        assert 0 <= pixels.min() < pixels.max() <= 255
    rows = record.results["gradient"]
    assert [row["tau"] for row in rows] == [1.0, 1.3, 2.0]
    assert all(0 < row["bias"] < 1 < row["std"] and row["cosine"] > 0.9 for row in rows)


def test_saturated_posterior_is_reported_and_kept(
    record: Record, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    history = record.history | {"KL": [4 * math.log(8)] * EPOCHS}
    saturated = replace(record, history=history)
    assert experiment.collapsed(saturated)
    history = record.history | {"KL": [math.nan] * EPOCHS}
    assert experiment.collapsed(replace(record, history=history))
    monkeypatch.setattr(vae.command, "train", lambda *arguments: [saturated, record])
    done = CliRunner().invoke(vae.app, ["--framework", "jax", "--out", str(tmp_path)])
    assert "posterior saturated in 1 of 2 seeds" in done.output
    (row,) = json.loads((tmp_path / "summary.json").read_text())
    assert len(row["last"]["KL"]) == 2


def test_loss_is_the_elbo(sheet: backends.Sheet, untrained: Any) -> None:
    """Against another Monte Carlo estimate; five standard errors apart, the seeds being fixed."""
    small, parameters, trained = untrained
    images = data.load(None).test[:50]
    encoder, decoder = _oracle(parameters)
    logits = encoder(images)
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    probabilities = weights / weights.sum(-1, keepdims=True)
    draws = 200
    uniform = np.random.default_rng(0).uniform(size=(draws, *logits.shape[:-1], 1))
    categories = np.minimum((np.cumsum(probabilities, -1) < uniform).sum(-1), 7)
    pixels = decoder(np.eye(8)[categories])
    misfit = (np.logaddexp(0, pixels) - images * pixels).sum(-1)
    divergence = (probabilities * np.log(probabilities * 8)).sum((-1, -2))
    each_draw = (misfit + divergence).mean(-1)
    repeated = np.tile(images, (20, 1))
    found = float(trained.apply(small.loss, repeated))
    error = each_draw.std() * np.sqrt(1 / draws + 1 / 20)
    assert error < 0.01 * each_draw.mean()
    assert abs(found - each_draw.mean()) < 5 * error


def _oracle(parameters: list[np.ndarray]) -> tuple[Any, Any]:
    """Encoder and decoder in NumPy float64."""

    def perceptron(values: np.ndarray, part: list[np.ndarray]) -> np.ndarray:
        values = values.astype(np.float64)
        for layer in (0, 2):
            values = np.maximum(np.matmul(values, part[layer]) + part[layer + 1], 0)
        return np.matmul(values, part[4]) + part[5]

    def encoder(images: np.ndarray) -> np.ndarray:
        return perceptron(images, parameters[:6]).reshape(-1, 4, 8)

    def decoder(code: np.ndarray) -> np.ndarray:
        return perceptron(code.reshape(*code.shape[:-2], 32), parameters[6:])

    return encoder, decoder


def test_estimators_share_their_draws_and_differ_in_gradient(
    sheet: backends.Sheet, untrained: Any
) -> None:
    small, parameters, _ = untrained
    images = data.load(None).training[: model.BATCH]
    losses = []
    for name, seed in (("reinmax", 0), ("straight_through", 0), ("reinmax", 1)):
        trained = trainer(sheet.name)(small.loss, parameters, small.optimiser, name, 1.0, seed)
        losses.append([float(trained.step(number, images)) for number in (1, 2)])
    assert losses[0][0] == pytest.approx(losses[1][0], rel=1e-6)
    assert losses[0][0] != losses[2][0]
    assert losses[0][1] != losses[1][1]
    assert all(second < first for first, second in losses)


def test_quality_is_that_of_the_enumerated_gradients(untrained: Any) -> None:
    """Straight-through by hand: its gradient at each of the 4096 codes of two images."""
    small, parameters, trained = untrained
    images = data.load(None).test[:2]
    every = np.stack(np.meshgrid(*[np.arange(8)] * 4, indexing="ij"), -1).reshape(-1, 4)
    codes = np.eye(8)[every]
    exact, mean, square = [], [], 0.0
    for image, logits in zip(images, _oracle(parameters)[0](images), strict=True):
        pi = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        weights = (codes * pi).sum(-1).prod(-1)
        misfit, cotangent = _misfit(parameters[6:], codes.reshape(-1, 32), image)
        cotangent = cotangent.reshape(-1, 4, 8)
        estimates = pi * (cotangent - (pi * cotangent).sum(-1, keepdims=True))
        exact.append(np.tensordot(weights * misfit, codes - pi, 1))
        mean.append(np.tensordot(weights, estimates, 1))
        square += (weights * ((estimates - mean[-1]) ** 2).sum((1, 2))).sum()
    length = np.linalg.norm(exact)
    row = quality.quality(small, trained, "straight_through", 1.0, images)[0]
    assert row["tau"] == 1.0
    assert row["images"] == 2
    assert row["bias"] == pytest.approx(np.linalg.norm(np.subtract(mean, exact)) / length, rel=1e-3)
    assert row["std"] == pytest.approx(np.sqrt(square) / length, rel=1e-3)
    cosines = [
        np.vdot(one, other) / np.linalg.norm(one) / np.linalg.norm(other)
        for one, other in zip(mean, exact, strict=True)
    ]
    assert row["cosine"] == pytest.approx(np.mean(cosines), rel=1e-3)


def test_image_without_a_gradient_is_not_counted(sheet: backends.Sheet, untrained: Any) -> None:
    """The decoder takes no notice of the code."""
    small, parameters, _ = untrained
    ignoring = [*parameters[:6], *(0 * array for array in parameters[6:])]
    trained = trainer(sheet.name)(small.loss, ignoring, small.optimiser, "reinmax", 1.0, 0)
    assert quality.quality(small, trained, "reinmax", 1.0, data.load(None).test[:1]) == []


def _misfit(
    decoder: list[np.ndarray], codes: np.ndarray, image: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """-log p(x | z) of each code, and its derivative by the code."""
    first = np.maximum(codes @ decoder[0] + decoder[1], 0)
    second = np.maximum(first @ decoder[2] + decoder[3], 0)
    pixels = second @ decoder[4] + decoder[5]
    slope = (1 / (1 + np.exp(-pixels)) - image) @ decoder[4].T * (second > 0)
    slope = slope @ decoder[2].T * (first > 0) @ decoder[0].T
    return (np.logaddexp(0, pixels) - image * pixels).sum(-1), slope


@pytest.mark.parametrize("size", model.CONFIGURATIONS)
def test_every_size_has_its_code(size: str) -> None:
    classes, categoricals = map(int, size.split("x"))
    configuration = model.CONFIGURATIONS[size]
    assert (configuration.classes, configuration.categoricals) == (classes, categoricals)
    shapes = [array.shape for array in model.VAE(configuration, 784).initial(0) if array.ndim > 1]
    code = classes * categoricals
    assert shapes == [(784, 512), (512, 256), (256, code), (code, 256), (256, 512), (512, 784)]


def test_command_trains_on_idx_files(sheet: backends.Sheet, idx: Path, tmp_path: Path) -> None:
    """In another size, whose optimiser is RAdam and whose configurations cannot be enumerated."""
    arguments = ["--framework", sheet.name, "--estimator", "zgr", "--size", "4x24"]
    arguments += ["--seeds", "1", "--epochs", "2", "--data", str(idx), "--out", str(tmp_path)]
    done = CliRunner(env={"COLUMNS": "80"}).invoke(vae.app, arguments)
    assert done.exit_code == 0, done.output
    *printed, _ = done.output.splitlines()  # the last line is a path
    assert max(map(len, printed)) <= 80
    assert "IDX, 200 and 20 images" in " ".join(done.output.split())
    names = {path.name for path in tmp_path.glob("*.*")}
    stem = f"4x24_{sheet.name}_zgr_tau1_seed0"
    assert names == {"curves.png", "images.png", "summary.json", f"{stem}.json"}


def test_idx_files_hold_the_images(idx: Path) -> None:
    images, embedded = data.load(str(idx)), data.load(None)
    np.testing.assert_allclose(images.training, embedded.training[:200], atol=0.5 / 255 + 1e-6)
    np.testing.assert_allclose(images.test, embedded.test[:20], atol=0.5 / 255 + 1e-6)
    assert images.side == 8


def _spoil(idx: Path, name: str) -> str:
    """Make one file bad; what must be said."""
    test = idx / data.NAMES["test"]
    packed = idx / f"{data.NAMES['training']}.gz"
    content = test.read_bytes()
    if name == "missing":
        test.unlink()
        return "holds neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz"
    if name == "truncated":
        test.write_bytes(content[:-7])
        return "holds 1273 bytes of pixels, its header says 1280"
    if name == "header":
        test.write_bytes(content[:9])
        return "ends inside its header"
    if name == "labels":
        test.write_bytes(bytes((0, 0, 8, 1)) + content[4:])
        return "no IDX file of images: it begins with 00000801, not 00000803"
    if name == "nothing":
        test.write_bytes(b"")
        return "it begins with nothing"
    if name == "empty":
        _write_idx(test, np.zeros((0, 8, 8)))
        return "holds no image"
    if name == "gzip":
        packed.write_bytes(packed.read_bytes()[:-100])
        return "is damaged"
    if name == "web page":
        packed.write_bytes(b"<html>not found</html>")
        return "is damaged"
    _write_idx(test, np.zeros((3, 7, 7)))
    return "both must be the same square"


@pytest.mark.parametrize(
    "name",
    [
        *("missing", "truncated", "header", "labels", "nothing", "empty", "gzip", "web page"),
        "another size",
    ],
)
def test_bad_file_is_reported_and_costs_nothing(idx: Path, tmp_path: Path, name: str) -> None:
    complaint = _spoil(idx, name)
    with pytest.raises(ValueError, match=complaint):
        data.load(str(idx))
    out = tmp_path / "out"
    arguments = ["--framework", "jax", "--data", str(idx), "--out", str(out)]
    done = CliRunner().invoke(vae.app, arguments)
    assert done.exit_code == 1
    assert complaint in done.output
    assert not out.exists()
