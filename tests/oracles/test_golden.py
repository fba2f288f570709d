"""golden.json is what its program writes, obeys the theory, and the reference meets it."""

from __future__ import annotations

import math
from typing import Any

import array_api_compat.numpy as xp
import numpy as np
import pytest

import backends
import reinmax_multi.numpy
from reinmax_multi import estimators
from reinmax_multi._core.gradient import forward
from reinmax_multi._core.residuals import Saved
from reinmax_multi.numpy import Derivative
from tests.oracles import golden
from tests.oracles.golden import __main__ as program
from tests.oracles.golden.inputs import LONGEST
from tests.oracles.oracle import Oracle

CASES = golden.cases()
EPSILON = float(np.finfo(np.float64).eps)
UNITS = backends.sheet("numpy").tolerance["cpu"]
NOISE = 1e-45  # of 50 digits, where the exact result is 0
INPUTS = ("logits", "hard_cotangent", "soft_cotangent")
OUTPUTS = ("y_soft", "pullback_hard", "pullback_soft")

each_case = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


def array(rows: list[list[float | str]]) -> np.ndarray:
    return np.array([[float(x) for x in row] for row in rows])


def find(name: str) -> dict[str, Any]:
    return next(case for case in CASES if case["name"] == name)


def quadratic_sides(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """The mean of the estimator over all samples, and the gradient of E f(D) that it replaces.

    A quadratic f obeys f(x) - f(y) = <grad f(x) + grad f(y), x - y> / 2, so the cotangents alone
    give its values up to a constant; the gradient of sum_i pi_i f_i by theta_k is pi_k (f_k - E f).
    """
    pi = array(case["y_soft"])[0]
    assert case["sample"] == list(range(len(pi)))
    g = array(case["hard_cotangent"])
    f = (np.diag(g) - g[:, 0] + g[0] - g[0, 0]) / 2
    return pi @ array(case["pullback_hard"]), pi * (f - pi @ f)


def test_committed_file_is_what_the_script_writes():
    assert program.main(["--check"]) == 0


def test_check_notices_one_changed_digit(tmp_path, monkeypatch, capsys):
    changed = golden.PATH.read_text(encoding="utf-8").replace("1", "2", 1)
    monkeypatch.setattr(program, "PATH", tmp_path / "golden.json")
    program.PATH.write_text(changed, encoding="utf-8")
    assert program.main(["--check"]) == 1
    assert "python -m tests.oracles.golden" in capsys.readouterr().err


def test_names_are_unique():
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_every_estimator_is_covered_at_tau_one_and_far_from_it():
    taus = {
        name: {c["tau"] for c in CASES if c["estimator"] == name} for name in estimators.__all__
    }
    for name, found in taus.items():
        only = getattr(estimators, name).greatest_tau
        assert found >= ({only} if only == 1.0 else {1.0, 1.5, 4.0, 100.0})
    assert 0.5 in taus["straight_through"]


@pytest.mark.parametrize("estimator", estimators.__all__)
def test_every_size_and_every_sampled_position_is_covered(estimator):
    seen = {
        (len(row), k)
        for case in CASES
        if case["estimator"] == estimator
        for row, k in zip(case["logits"], case["sample"], strict=True)
    }
    assert {(size, k) for size in (1, 2, 3, 8) for k in range(size)} <= seen
    longest = LONGEST.get(estimator, 130)
    assert {(33, 0), (33, 32), (longest, longest - 1)} <= seen


@each_case
def test_inputs_are_exact_in_half_precision(case):
    for part in INPUTS:
        values = array(case[part])
        assert np.array_equal(values.astype(np.float16).astype(np.float64), values)
        bits = values.astype(np.float32).view(np.uint32)
        assert np.all(bits & 0xFFFF == 0), "bfloat16 keeps the upper 16 bits of float32"


@each_case
def test_rows_of_the_derivative_sum_to_zero(case):
    for product, cotangent in (
        ("pullback_hard", "hard_cotangent"),
        ("pullback_soft", "soft_cotangent"),
    ):
        for row, vector in zip(array(case[product]), array(case[cotangent]), strict=True):
            bound = EPSILON * np.abs(vector).max() / min(0.5, case["tau"])
            assert abs(math.fsum(row)) <= bound


@each_case
def test_y_soft_is_the_distribution_of_the_logits(case):
    logits, y_soft = array(case["logits"]), array(case["y_soft"])
    forward_tau = case["settings"].get("forward_tau", 1.0)
    below = (logits - logits.max(-1, keepdims=True)) / forward_tau
    assert np.array_equal(y_soft == 0, np.exp(below) == 0)
    for row, pi in zip(logits, y_soft, strict=True):
        assert abs(math.fsum(pi) - 1) <= EPSILON
        likely = pi > 1e-300
        odds = np.log(pi[likely]) - np.log(pi.max())
        below = (row[likely] - row.max()) / case["settings"].get("forward_tau", 1.0)
        assert np.allclose(odds, below, rtol=8 * EPSILON, atol=8 * EPSILON)


@each_case
def test_masked_categories_have_no_gradient(case):
    masked = np.isneginf(array(case["logits"]))
    for part in OUTPUTS:
        assert np.all(array(case[part])[masked] == 0)


def test_reinmax_is_exact_on_quadratics():
    mean, gradient = quadratic_sides(find("quadratic-reinmax-tau1"))
    assert np.abs(mean - gradient).max() <= UNITS * EPSILON * np.abs(gradient).max()


def test_straight_through_is_not_exact_on_quadratics():
    mean, gradient = quadratic_sides(find("quadratic-straight_through-tau1"))
    assert np.abs(mean - gradient).max() > 0.05 * np.abs(gradient).max()


@pytest.mark.parametrize("dtype", backends.sheet("numpy").dtypes)
@each_case
def test_reference_meets_the_golden_data(case, dtype):
    logits, g, h = (array(case[part]).astype(dtype) for part in INPUTS)
    sample = np.array(case["sample"])
    (y_hard, y_soft), derivative = reference(case, logits, sample)
    limits = np.finfo(dtype)
    pi, hard, soft = (array(case[part]) for part in OUTPUTS)
    g_term, h_term = largest_term(case, g), largest_term(case, h)

    assert np.array_equal(y_hard, np.eye(logits.shape[-1])[sample])
    for actual, expected, largest in (
        (y_soft, pi, pi.max(-1, keepdims=True)),
        (derivative.pullback(g), hard, g_term),
        (derivative.pullback(None, h), soft, h_term),
        (derivative.pullback(g, h), hard + soft, g_term + h_term),
    ):
        assert actual.dtype == dtype
        # below the smallest normal number a dtype has whole subnormals only (float16: 6e-8)
        allowed = UNITS * float(limits.eps) * largest + float(limits.smallest_subnormal) + NOISE
        assert np.all(np.abs(actual - expected) <= allowed)


def reference(case: dict[str, Any], logits: np.ndarray, sample: np.ndarray) -> Any:
    """What the bound estimator returns; put together from the core if the words are prescribed."""
    settings, tau = case["settings"], case["tau"]
    if case["words"] is None:
        bound = getattr(reinmax_multi.numpy, case["estimator"])
        return bound(logits, tau, sample=sample, **settings)
    record, categories = getattr(estimators, case["estimator"]), np.arange(logits.shape[-1])
    hard, soft, index = forward(xp, logits, categories, sample=sample[:, None])
    saved = Saved(logits, soft, index, np.array(case["words"]))
    return (hard, soft), Derivative(record, settings, saved, tau, -1)


def largest_term(case: dict[str, Any], vector: np.ndarray) -> np.ndarray:
    """What rounding errors of a row are in proportion to, as the conformance tests have it."""
    words = None if case["words"] is None else np.array(case["words"])
    index = np.array(case["sample"])
    oracle = Oracle(
        case["estimator"], array(case["logits"]), case["tau"], index, case["settings"], words
    )
    return oracle.terms(vector)
