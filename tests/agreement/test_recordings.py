"""Promise: from the same logits and the same noise, all back ends draw and differentiate alike.

Reads what tests.agreement.record wrote for each of them into ``--recordings``; a missing one fails.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

import backends
from tests.agreement.inputs import CASES, comparable
from tests.oracles.oracle import Oracle
from tests.oracles.settings import SETTINGS
from tests.oracles.units import EPSILON, SMALLEST

Recordings = dict[str, dict[str, np.ndarray]]

each_pair = pytest.mark.parametrize(
    "pair", list(itertools.combinations(backends.NAMES, 2)), ids=lambda pair: "-".join(pair)
)
each_case = pytest.mark.parametrize("name", CASES)


@pytest.fixture(scope="session")
def recordings(pytestconfig: pytest.Config) -> Recordings:
    folder: Path | None = pytestconfig.getoption("recordings")
    if folder is None:
        raise pytest.UsageError("name the folder of tests.agreement.record: --recordings DIR")
    return {name: dict(np.load(folder / f"{name}.npz")) for name in backends.NAMES}


@each_pair
@each_case
def test_same_noise_same_categories(recordings, pair, name):
    one, other = (recordings[backend][f"{name}/categories"] for backend in pair)
    assert np.array_equal(one, other)
    assert len(np.unique(one)) > 1


@each_pair
@each_case
def test_y_soft_agrees(recordings, pair, name):
    pi = oracle(recordings, name).y_soft
    assert_agree(recordings, pair, name, "y_soft", pi.max(-1, keepdims=True))


@each_pair
@pytest.mark.parametrize(
    ("name", "estimator", "tau"),
    [(name, *pair) for name, inputs in CASES.items() for pair in comparable(inputs)],
)
def test_gradients_agree(recordings, pair, name, estimator, tau):
    right = oracle(recordings, name, estimator, tau)
    g, h = CASES[name].hard_cotangent, CASES[name].soft_cotangent
    terms = right.terms(g.astype(float)) + right.terms(h.astype(float))
    assert_agree(recordings, pair, name, f"{estimator}-{tau:g}", terms)


def oracle(
    recordings: Recordings, name: str, estimator: str = "reinmax", tau: float = 1.0
) -> Oracle:
    """The exact results at the categories that the reference drew."""
    index = recordings["numpy"][f"{name}/categories"]
    logits, settings = CASES[name].logits.astype(float), SETTINGS.get(estimator, {})
    return Oracle(estimator, logits, tau, index, settings, CASES[name].words)


def assert_agree(
    recordings: Recordings, pair: tuple[str, str], name: str, part: str, terms: np.ndarray
) -> None:
    """The difference is within what the sheets allow the two, each against the exact result."""
    one, other = (recordings[backend][f"{name}/{part}"].astype(float) for backend in pair)
    dtype = CASES[name].dtype
    allowed = sum(
        backends.sheet(backend).tolerance[str(recordings[backend]["device"])] for backend in pair
    )
    assert np.any(one)
    assert np.all(np.abs(one - other) <= allowed * (EPSILON[dtype] * terms + SMALLEST[dtype]))
