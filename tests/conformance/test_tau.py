"""Promise: tau is a number, or an array of one element or of one a row, which is never read."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.conformance.cases import PLAIN, Case
from tests.conformance.problem import PLAIN_CASE, Problem
from tests.oracles.oracle import Oracle, Result
from tests.oracles.words import decoded, is_random, probe, probe_logits

pytestmark = pytest.mark.of_each_kind

FORMS = {
    "int": lambda driver: 2,
    "float": lambda driver: 2.0,
    "numpy.float32": lambda driver: np.float32(2.0),
    "numpy.float64": lambda driver: np.float64(2.0),
    "numpy.int64": lambda driver: np.int64(2),
    "float16-array": lambda driver: driver.asarray(np.asarray(2.0), "float16"),
    "float32-array": lambda driver: driver.asarray(np.asarray(2.0), "float32"),
    "float64-array": lambda driver: driver.asarray(np.asarray(2.0), "float64"),
    "integer-array": lambda driver: driver.asarray(np.asarray(2), "int32"),
    "array-of-one": lambda driver: driver.asarray(np.array([2.0]), "float32"),
    "matrix-of-one": lambda driver: driver.asarray(np.array([[2.0]]), "float32"),
    "numpy-array": lambda driver: np.array(2.0),
    "numpy-array-of-one": lambda driver: np.array([2]),
}
TWO = dataclasses.replace(PLAIN_CASE, tau=2.0)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_tau(driver, tempered, dtype, form):
    problem = Problem(driver, tempered, dtype, TWO)
    sample, cotangent = problem.pullback("eager", tau=FORMS[form](driver), sample=problem.sample())
    problem.assert_outputs(sample)
    problem.assert_like_logits(cotangent)
    problem.assert_close(cotangent, problem.right_pullback(sample[0]))


OF_ROWS = {
    "a column": (PLAIN_CASE, (PLAIN[0], 1)),
    "a middle axis": (Case("rank-3-middle-axis", (2, 6, 3), -2), (2, 1, 3)),
    "of some axes": (Case("rank-3-middle-axis", (2, 6, 3), -2), (2, 1, 1)),
    "of fewer axes": (Case("rank-3-middle-axis", (2, 6, 3), -2), (3,)),
}


@pytest.mark.parametrize("of_rows", OF_ROWS)
def test_a_temperature_for_each_row(driver, tempered, mode, of_rows):
    case, shape = OF_ROWS[of_rows]
    taus = np.random.default_rng(0).uniform(1.0, 2.0, shape).astype("float32")
    problem = Problem(driver, tempered, case=case)
    problem.mode, given = mode, problem.sample()
    problem.call(sample=given)
    bound, options = getattr(driver.package, tempered), problem.options
    (hard, _), cotangent = driver.pullback(
        mode,
        lambda logits, tau, sample: bound(
            logits, tau, sample=sample, **options, **{driver.axis: case.axis}
        ),
        [problem.logits, driver.asarray(taus, "float32"), given],
        [problem.g, problem.h],
    )
    words = problem.words() if is_random(tempered) else None
    logits, g, h = (problem.last(each) for each in (problem.logits, problem.g, problem.h))
    index = problem.index(hard)
    one_a_row = np.take(np.empty(case.shape), [0], case.axis).shape
    of_each = np.moveaxis(np.broadcast_to(taus, one_a_row), case.axis, -1)
    value, terms = np.empty_like(logits), np.empty_like(logits)
    for row in np.ndindex(index.shape):
        one = (*(slice(place, place + 1) for place in row),)
        oracle = Oracle(
            tempered,
            logits[one],
            float(of_each[row][0]),
            index[one],
            problem.settings,
            None if words is None else words[one],
        )
        result = oracle.pullback(g[one], h[one])
        value[one], terms[one] = result.value, result.terms
    problem.assert_like_logits(cotangent)
    problem.assert_close(cotangent, Result(value, terms))


@pytest.mark.parametrize(
    "shape", [(2,), (PLAIN[0], PLAIN[1]), (1, PLAIN[0], 1), (PLAIN[0],)], ids=str
)
def test_a_temperature_for_each_category_is_refused(driver, tempered, shape):
    problem = Problem(driver, tempered)
    tau = driver.asarray(np.ones(shape), "float32")
    with pytest.raises(ValueError, match=r"tau must be one number, or one for each row.*reshape"):
        getattr(driver.package, tempered)(problem.logits, tau, sample=problem.sample())


def test_tau_is_1_if_not_given(driver, tempered):
    problem = Problem(driver, tempered, case=dataclasses.replace(PLAIN_CASE, tau=1.0))
    bound = getattr(driver.package, tempered)
    _, arrays = problem.call(sample=problem.sample())
    sample, cotangent = driver.pullback(
        "eager",
        lambda logits, given: bound(logits, sample=given, **problem.options),
        arrays,
        [problem.g, problem.h],
    )
    problem.assert_close(cotangent, problem.right_pullback(sample[0]))


def test_another_tau_is_not_traced_anew(driver, tempered, tau_trace):
    taus = (1.0, 1.5, 4.0)
    problem = Problem(driver, tempered)
    bound, given = getattr(driver.package, tempered), problem.sample()
    arrays = [driver.asarray(np.asarray(tau), "float32") for tau in taus]

    def trace(bound, settings, logits, cotangents):
        options = {**settings, **(driver.ambient(0) if is_random(tempered) else {})}
        return driver.tau_traces[tau_trace](
            lambda logits, tau: bound(logits, tau, sample=given, **options),
            logits,
            cotangents,
            arrays,
        )

    cotangents, traces = trace(bound, problem.settings, problem.logits, [problem.g, problem.h])
    assert traces == 1
    recorded = [None] * len(taus)
    if is_random(tempered):
        zeros = probe_logits(driver, PLAIN[:-1], PLAIN[-1])
        recorded = [
            decoded(driver.to_numpy(part))
            for part in trace(probe(driver), {}, zeros, [zeros + 1, zeros])[0]
        ]
    for tau, cotangent, words in zip(taus, cotangents, recorded, strict=True):
        other = Problem(driver, tempered, case=dataclasses.replace(PLAIN_CASE, tau=tau))
        other.given_words = words
        hard = driver.value("eager", *other.call(sample=given))[0]
        other.assert_close(cotangent, other.right_pullback(hard))


def test_straight_through_takes_a_tau_below_1(driver):
    half = Problem(driver, "straight_through", case=dataclasses.replace(PLAIN_CASE, tau=0.5))
    sample, cotangent = half.pullback("eager", sample=half.sample())
    half.assert_close(cotangent, half.right_pullback(sample[0]))
