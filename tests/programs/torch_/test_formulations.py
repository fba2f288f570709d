"""Every formulation from a paper has the gradient of our estimator, sample by sample.

Both are averaged over many rows of the same logits, separately for each category that was sampled,
under a loss that is linear in the sample, so that its cotangent is known. What is random agrees
within its standard errors: with fixed seeds a test passes always or never, and of right code a test
of a thousand comparisons would fail once in a million.
"""

from __future__ import annotations

import numpy as np
import pytest

import reinmax_multi.estimators
from benchmarks.common import contract
from benchmarks.family import cases as family_cases
from benchmarks.family.cases import OURS, REFERENCE, Case
from reinmax_multi import Sample

LOGITS = np.array([0.9, -0.4, 0.3, -1.2])
COTANGENT = np.array([0.7, -1.3, 0.2, 2.1])
ROWS = 40_000
TAUS = {"reinmax": (1.0, 1.5), "zgr": (1.0,), "minimum_variance": (1.0,)}
DEVIATIONS = 6.0
CASES = [
    Case(name, tau)
    for name in reinmax_multi.estimators.__all__
    for tau in TAUS.get(name, (1.0, 0.5))
]


@pytest.fixture
def peers(sheet, monkeypatch):
    few = {
        name: {**settings, "num_samples": 3} if "num_samples" in settings else settings
        for name, settings in family_cases.SETTINGS.items()
    }
    monkeypatch.setattr(family_cases, "SETTINGS", few)
    return contract.load(sheet.name, "cpu")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.estimator}-{case.tau:g}")
def test_formulation_has_the_gradient_of_ours(peers, driver, case):
    candidates = case.candidates(peers)
    del candidates[REFERENCE]
    ours = _by_category(peers, driver, candidates.pop(OURS))
    assert candidates
    for name, function in candidates.items():
        for category, theirs in enumerate(_by_category(peers, driver, function)):
            _assert_equal_means(ours[category], theirs, f"{name}, category {category}")


def test_every_estimator_has_a_formulation():
    assert {case.estimator for case in family_cases.cases()} == set(
        reinmax_multi.estimators.__all__
    )


def _by_category(peers, driver, function):
    """The gradients of the rows, (n, K) for each sampled category."""
    _, *others, _ = peers.arrays((ROWS, len(LOGITS)), "float32")
    rows = driver.asarray(np.tile(LOGITS, (ROWS, 1)), "float32")
    cotangent = driver.asarray(np.tile(COTANGENT, (ROWS, 1)), "float32")

    def twice(*arrays):
        hard = function(*arrays)
        return Sample(hard, hard)

    arrays, cotangents = [rows, *others], [cotangent, 0 * cotangent]
    (hard, _), gradient = driver.pullback("eager", twice, arrays, cotangents)
    index = driver.to_numpy(hard).argmax(-1)
    counts = np.bincount(index, minlength=len(LOGITS))
    assert counts.min() > ROWS / 50
    gradient = driver.to_numpy(gradient).astype(float)
    return [gradient[index == category] for category in range(len(LOGITS))]


def _assert_equal_means(one, other, message):
    errors = [gradients.var(0) / len(gradients) for gradients in (one, other)]
    allowed = DEVIATIONS * np.sqrt(sum(errors)) + 1e-5
    difference = np.abs(one.mean(0) - other.mean(0))
    assert np.all(difference < allowed), f"{message}: {difference} of {allowed}"
