"""Candidates are comparable: each samples one-hot and passes a gradient; none fails unseen."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.common import contract, rows
from benchmarks.common.contract import LOSS_ONLY

SHAPE = (7, 5)
MAY_BE_MISSING = "tfp RelaxedOneHotCategorical, hard"


@pytest.fixture
def peers(sheet):
    return contract.load(sheet.name, "cpu")


@pytest.fixture
def candidates(peers):
    return peers.candidates(rows.TAUS)


def test_every_candidate_is_one_hot_and_has_a_gradient(peers, candidates, driver):
    names = [name for name in candidates if name not in (LOSS_ONLY, MAY_BE_MISSING)]
    assert len(names) >= len(rows.TAUS) + 1
    for name in names:
        arrays = peers.arrays(SHAPE, "float32")
        hard = driver.to_numpy(candidates[name](*arrays[:-1]))
        np.testing.assert_allclose(np.sort(hard)[:, -1], 1, atol=1e-6, err_msg=name)
        np.testing.assert_allclose(np.sort(hard)[:, :-1], 0, atol=1e-6, err_msg=name)
        gradient = driver.to_numpy(peers.step("eager", candidates[name], SHAPE, "float32").run())
        assert gradient.shape == SHAPE
        assert np.all(np.any(gradient != 0, -1)), name
        np.testing.assert_allclose(gradient.sum(-1), 0, atol=1e-4, err_msg=name)


def test_loss_is_the_same_in_every_mode_and_not_linear(peers, candidates, driver, sheet):
    arrays = peers.arrays(SHAPE, "float32")
    logits, weights = (driver.to_numpy(array) for array in (arrays[0], arrays[-1]))
    expected = 2 * (logits @ weights)[:, None] * weights
    for mode in rows.MODES[sheet.name]:
        step = peers.step(mode, candidates[LOSS_ONLY], SHAPE, "float32")
        assert not step.omission
        np.testing.assert_allclose(driver.to_numpy(step.run()), expected, rtol=1e-4, atol=1e-5)


def test_a_peer_that_fails_is_in_the_row(peers, sheet, monkeypatch):
    def broken(*arrays):
        raise NotImplementedError("not today\nnor tomorrow")

    monkeypatch.setattr(peers, "functions", {"broken": broken})
    candidates = peers.candidates(rows.TAUS)
    row = rows.times(peers, candidates, rows.MODES[sheet.name][0], "float32", SHAPE, 0.01)
    assert row["failures"] == {"broken": "NotImplementedError: not today"}
    assert set(row["milliseconds"]) == set(peers.candidates(rows.TAUS)) - {"broken"}


def test_saved_for_backward_is_counted(peers, candidates, sheet):
    """Straight-through keeps its softmax, and at most a few numbers a row besides."""
    name = next(name for name in candidates if name.startswith("straight-through"))
    shape = (4, 200)
    inspected = contract.inspection(sheet.name)
    saved = inspected.saved(peers, "eager", candidates[name], shape, "float32")
    if saved is not None:  # a framework that does not report it
        assert 1 <= saved / (4 * np.prod(shape)) < 1.1
