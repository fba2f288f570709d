"""The programs behind the figures in README and docs/: they measure what they name."""

from __future__ import annotations

import json

import array_api_compat
import numpy as np
import pytest

from benchmarks.draw import agreement
from benchmarks.estimators import __main__ as program
from benchmarks.estimators import picture
from benchmarks.estimators.problems import CASES, TEMPERATURE
from reinmax_multi._core.algebra import softmax
from reinmax_multi._core.draw import draw
from reinmax_multi._core.grid import GRID

LOSSES = {case.name: case for case in CASES}


def test_a_loss_is_measured_in_the_framework_under_test(monkeypatch, sheet):
    monkeypatch.setattr(program, "TAUS", (1.0,))
    names = ["straight_through", "reinmax"]
    measured = program.measure(sheet.name, LOSSES["single"], names, 64)
    assert measured["reference"] == "enumeration of 8 configurations"
    assert {record["estimator"] for record in measured["records"]} == set(names)
    for record in measured["records"]:
        assert record["tau"] == 1.0
        mean = np.sqrt(record["relative_length"] ** 2 - record["relative_std"] ** 2)
        assert mean == pytest.approx(
            1.0, abs=record["relative_bias"] + 0.05 * record["relative_std"]
        )


def test_the_quantiser_has_the_contrastive_loss_of_its_codes():
    problem = LOSSES["quantiser"].make()
    codes, context, distractors = problem.constants
    groups, entries = problem.logits.shape
    chosen = np.random.default_rng(0).integers(entries, size=(5, groups))
    one_hot = np.eye(entries)[chosen]
    losses = problem.flat_loss(np, one_hot.reshape(5, -1), *problem.constants)
    for row, loss in zip(chosen, losses, strict=True):
        code = np.concatenate(
            [np.split(codes[group * entries + one], groups)[group] for group, one in enumerate(row)]
        )
        similarity = code @ context / np.linalg.norm(code)
        exponents = np.array([similarity, *distractors]) / TEMPERATURE
        assert loss == pytest.approx(np.log(np.exp(exponents).sum()) - exponents[0])


def test_the_picture_has_the_gradient_of_the_expectation():
    facts = picture.measure()
    logits, values = np.array(facts["logits"]), np.array(facts["values"])

    def expectation(logits):
        weights = np.exp(logits)
        return weights @ values**2 / weights.sum()

    steps = 1e-6 * np.eye(len(logits))
    slopes = [(expectation(logits + step) - expectation(logits - step)) / 2e-6 for step in steps]
    np.testing.assert_allclose(facts["exact"], slopes, atol=1e-8)
    means = {
        name: facts["probabilities"] @ np.array(each) for name, each in facts["gradients"].items()
    }
    np.testing.assert_allclose(means["reinmax"], facts["exact"], atol=1e-12)
    assert np.abs(means["straight_through"] - facts["exact"]).max() > 0.1


def test_a_boundary_is_the_least_noise_of_the_next_category():
    logits = np.random.default_rng(0).standard_normal((50, 7), np.float32)
    xp = array_api_compat.array_namespace(logits)
    boundaries = agreement._boundaries(xp, logits, np.asarray)
    pi = softmax(xp, logits)
    for place in range(6):
        for step in (0, -1):
            noise = np.clip(boundaries[:, place, None] + step, 0, GRID - 1)
            index = draw(xp, pi, pi, noise, np.arange(7))
            assert np.all((index > place) == (step == 0))


def test_the_agreement_of_the_framework_under_test_with_numpy(sheet, tmp_path):
    agreement.main(sheet.name, elements=2**14, out=tmp_path)
    (path,) = tmp_path.iterdir()
    for row in json.loads(path.read_text(encoding="utf-8"))["rows"]:
        assert row["rows"] == 2**14 // row["K"]
        assert 0 <= row["share"] < 1e-6
