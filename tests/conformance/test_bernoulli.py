"""Promise: a binary variable has the values and gradients of two categories with logits (0, l).

The oracles are those of rows of two, whose first entry is 0 in all vectors.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pickle
import re
from functools import partial

import numpy as np
import pytest

from backends import stubs
from reinmax_multi import estimators
from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.conformance.test_bind import STAR
from tests.conformance.test_higher_derivatives import frozen, loss
from tests.conformance.test_randomness import assert_frequencies
from tests.conformance.test_transforms import A, B, C, CubicLoss
from tests.oracles.oracle import Result
from tests.oracles.words import is_random

CASES = (
    Case("scalar", (), 0, 1.5),
    Case("empty", (2, 0), 0, 1.5),
    Case("variables", (4, 5), 0, 1.0),
    Case("variables", (4, 5), 0, 1.5, tau_is_array=True),
    Case("variables", (4, 5), 0, 1.0, tau_is_array=True),
)
CASE = Case("variables", (4, 5), 0, 1.5)
EDGES = (0.0, 40.0, -40.0, 70.0, -70.0, 200.0, -200.0)
each_case = pytest.mark.parametrize("binary", CASES, ids=str)


class BinaryProblem(Problem):
    """Log-odds, which oracles see as the logits (0, l), and cotangents (0, g)."""

    @property
    def bound(self):
        return getattr(self.driver.package.bernoulli, self.estimator)

    @property
    def placement(self):
        return {}

    def plain(self, array):
        return self.driver.to_numpy(array).astype(np.float64)

    def last(self, array):
        values = self.plain(array)
        return np.stack([np.zeros_like(values), values], -1)

    def sample(self, seed=0):
        drawn = np.random.default_rng(seed).integers(2, size=self.case.shape)
        return self.driver.asarray(drawn, "int64")

    def assert_outputs(self, sample):
        for part in sample:
            self.assert_like_logits(part)
        expected = self.oracle(sample[0])
        assert np.array_equal(self.plain(sample[0]), expected.y_hard[..., 1])
        assert not np.signbit(self.plain(sample[0])).any()
        self.assert_close(sample[1], Result(expected.y_soft, expected.y_soft))

    def assert_close(self, array, expected, dtype=None):
        dtype = self.dtype if dtype is None else dtype
        value, terms = (part[..., 1] for part in (expected.value, expected.terms))
        self.assert_numbers(self.plain(array), value, terms, dtype)


def check_pullback(problem, mode, **keywords):
    sample, cotangent = problem.pullback(mode, **keywords)
    problem.assert_outputs(sample)
    problem.assert_like_logits(cotangent)
    problem.assert_close(cotangent, problem.right_pullback(sample[0]))


def test_pullback_of_a_draw(driver, estimator, mode):
    check_pullback(BinaryProblem(driver, estimator, "float32", CASE), mode, ambient=11)


@pytest.mark.of_each_kind
def test_pullback_in_every_dtype(driver, estimator, dtype):
    check_pullback(BinaryProblem(driver, estimator, dtype, CASE), "eager", ambient=11)


@pytest.mark.of_each_kind
@each_case
def test_pullback_of_every_case(driver, estimator, binary):
    check_pullback(BinaryProblem(driver, estimator, "float32", binary), "eager", ambient=11)


@pytest.mark.parametrize("tau", [1.0, 1.5])
@pytest.mark.parametrize("value", [0, 1])
def test_digits_are_kept_where_one_value_is_nearly_certain(driver, estimator, tau, value):
    """Each gradient within units of itself, not of a larger number of its row.

    A quotient of log-odds is rounded, and its exponential multiplies the error by its size.
    """
    case = Case("edges", (len(EDGES),), 0, tau)
    problem = BinaryProblem(driver, estimator, "float32", case, np.array(EDGES))
    given = driver.asarray(np.full(len(EDGES), value), "int64")
    sample, cotangent = problem.pullback("eager", sample=given)
    problem.assert_outputs(sample)
    right = problem.right_pullback(sample[0])
    rounded = 0.0 if tau == 1 else np.abs(EDGES)[:, None] / tau / 8
    problem.assert_close(cotangent, Result(right.value, right.terms * (1 + rounded)))


@pytest.mark.of_each_kind
def test_pushforward_of_a_draw(driver, estimator, forward_mode):
    problem = BinaryProblem(driver, estimator, "float32", CASE)
    sample, tangents = problem.pushforward(forward_mode, ambient=12)
    problem.assert_outputs(sample)
    right = problem.oracle(sample[0]).pushforward(problem.last(problem.v))
    for tangent, expected in zip(tangents, right, strict=True):
        problem.assert_like_logits(tangent)
        problem.assert_close(tangent, expected)


@pytest.mark.of_each_kind
@pytest.mark.parametrize("size", [(300, 7)])
def test_the_same_randomness_gives_the_sample_and_gradient_of_two_categories(
    driver, estimator, size
):
    case = Case("many", size, 0, 1.5)
    problem = BinaryProblem(driver, estimator, "float32", case)
    pair = Problem(driver, estimator, "float32", dataclasses.replace(case, axis=-1))
    pair.case = dataclasses.replace(pair.case, shape=(*size, 2))
    pair.logits, pair.g, pair.h = (
        driver.asarray(problem.last(part), "float32")
        for part in (problem.logits, problem.g, problem.h)
    )
    (hard, soft), cotangent = problem.pullback("eager", **driver.randomness(5))
    (two_hard, two_soft), two_cotangent = pair.pullback("eager", **driver.randomness(5))
    assert np.array_equal(problem.plain(hard), pair.last(two_hard)[..., 1])
    problem.assert_close(soft, Result(pair.last(two_soft), pair.last(two_soft)))
    terms = pair_terms(problem, hard)
    problem.assert_close(cotangent, Result(pair.last(two_cotangent), terms))


@pytest.mark.of_each_kind
@pytest.mark.parametrize("sample_shape", [(3,), (2, 2)], ids=str)
def test_several_samples_and_temperatures_are_those_of_two_categories(
    driver, estimator, sample_shape
):
    problem = BinaryProblem(driver, estimator, "float32", CASE)
    record, generator = getattr(estimators, estimator), np.random.default_rng(2)
    taus = generator.uniform(1, 2, (4, 1)) if record.greatest_tau > record.least_tau else None
    g = generator.standard_normal((*sample_shape, *CASE.shape))
    binary, two = problem.bound, getattr(driver.package, estimator)

    def pulled(function, logits, tau, *cotangents):
        options = {"sample_shape": sample_shape, **problem.settings, **driver.randomness(5)}
        arrays = [logits] if taus is None else [logits, tau]
        arrays, cotangents = (
            [driver.asarray(each, "float32") for each in some] for some in (arrays, cotangents)
        )
        (hard, soft), cotangent = driver.pullback(
            "eager", lambda *arrays: function(*arrays, **options), arrays, cotangents
        )
        return [problem.plain(each) for each in (hard, soft, cotangent)]

    def pair(values):
        return np.stack([np.zeros_like(values), values], -1)

    logits, h = problem.plain(problem.logits), problem.plain(problem.h)
    found = pulled(binary, logits, taus, g, h)
    of_two = None if taus is None else taus[..., None]
    expected = pulled(two, pair(logits), of_two, pair(g), pair(h))
    assert np.array_equal(found[0], expected[0][..., 1])
    for one, another in zip(found[1:], expected[1:], strict=True):
        np.testing.assert_allclose(one, another[..., 1], rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("sample_shape", [(), (3,), (2, 2)], ids=str)
def test_draw_gives_the_values_of_the_estimators(driver, mode, sample_shape):
    problem = BinaryProblem(driver, "reinmax", "float32", CASE)
    draw, options = driver.package.bernoulli.draw, {"sample_shape": sample_shape}
    options |= driver.ambient(3)
    numbers = driver.to_numpy(driver.run(mode, lambda x: draw(x, **options), [problem.logits]))
    assert numbers.shape == (*sample_shape, *CASE.shape)
    assert np.issubdtype(numbers.dtype, np.integer)
    assert set(np.unique(numbers)) <= {0, 1}
    if mode == "eager":
        options |= driver.ambient(3)
        hard, _ = driver.value(mode, partial(problem.bound, **options), [problem.logits])
        assert np.array_equal(problem.plain(hard), numbers)


def test_draw_has_the_probabilities(driver):
    logits = np.array([0.0, 2.0, -1.0, np.inf, -np.inf, np.nan])
    draw, options = driver.package.bernoulli.draw, {"sample_shape": (4000,), **driver.ambient(1)}
    numbers = driver.to_numpy(draw(driver.asarray(logits, "float32"), **options))
    assert_frequencies(numbers, np.array([0.5, 1 / (1 + np.exp(-2)), 1 / (1 + np.e), 1, 0, 0]))


def test_mode_is_1_above_even_odds(driver, mode, dtype):
    logits = driver.asarray(np.array([0.5, 0.0, -1.0, np.inf, -np.inf, np.nan]), dtype)
    numbers = driver.run(mode, driver.package.bernoulli.mode, [logits])
    assert driver.to_numpy(numbers).tolist() == [1, 0, 0, 1, 0, 0]


def pair_terms(problem, hard):
    """Those of any noise of the backward pass."""
    if is_random(problem.estimator):
        problem.given_words = np.zeros((*problem.case.shape, 2), int)
    g, h = problem.last(problem.g), problem.last(problem.h)
    return np.ones_like(g) * (np.abs(g) + np.abs(h)) + 0 * problem.right_pullback(hard).terms


@pytest.mark.of_each_kind
def test_certain_variables_take_their_value_and_have_no_gradient(driver, estimator, mode):
    case = dataclasses.replace(CASE, shape=(2, 2))
    logits = np.array([[np.inf, -np.inf], [-np.inf, np.inf]])
    problem = BinaryProblem(driver, estimator, "float32", case, logits)
    (hard, soft), cotangent = problem.pullback(mode, ambient=3)
    right = (logits > 0).astype(np.float64)
    assert np.array_equal(problem.plain(hard), right)
    assert np.array_equal(problem.plain(soft), right)
    assert not problem.plain(cotangent).any()


@pytest.mark.quick("reinmax", "gumbel_rao")
def test_certain_variables_have_no_second_derivative(driver, estimator, curvature):
    logits = np.array([np.inf, -np.inf, 0.5])
    case = Case("certain", logits.shape, 0, 1.5)
    problem = BinaryProblem(driver, estimator, "float32", case, logits)
    options = {**problem.settings, **driver.ambient(0)}

    def program(x):
        hard, soft = problem.bound(x, 1.5, **options)
        return driver.sum(hard**3 + soft**3), hard

    along = driver.asarray(np.array([1.0, 1.0, 0.0]), "float32")
    actual, _ = driver.curvatures[curvature](program, problem.logits, along, along)
    assert problem.plain(actual) == 0


@pytest.mark.of_each_kind
def test_nan_stays_where_it_is(driver, estimator, mode):
    logits = np.array([[np.nan, 0.5], [1.0, -2.0]])
    case = dataclasses.replace(CASE, shape=logits.shape)
    problem = BinaryProblem(driver, estimator, "float32", case, logits)
    for keywords in ({"ambient": 3}, {"sample": problem.sample()}):
        sample, cotangent = problem.pullback(mode, **keywords)
        for part in (*sample, cotangent):
            assert np.array_equal(np.isnan(problem.plain(part)), np.isnan(logits))


def test_a_sample_that_is_no_value_is_nan(driver, mode):
    problem = BinaryProblem(driver, "reinmax", "float32", CASE)
    given = np.tile([0, 1, 2, -1, 2**30], (4, 1))
    (hard, soft), _ = problem.pullback(mode, sample=driver.asarray(given, "int64"))
    right = np.where((given == 0) | (given == 1), given, np.nan)
    assert np.array_equal(problem.plain(hard), right, equal_nan=True)
    assert np.isfinite(problem.plain(soft)).all()


def test_a_sample_of_numpy_that_is_no_value_is_nan(driver):
    """Which a framework may convert to fewer bits."""
    if driver.name == "torch":
        return
    problem = BinaryProblem(driver, "reinmax", "float32", Case("few", (4,), 0))
    result = problem.bound(problem.logits, sample=np.array([0, 1, 2, 2**32]))
    hard = result[0].y_hard if driver.name == "numpy" else result.y_hard
    assert np.array_equal(problem.plain(hard), [0, 1, np.nan, np.nan], equal_nan=True)


def test_frequencies_are_the_probabilities(driver):
    count, logits = 20000, np.array([-3.0, -0.5, 0.0, 2.0])
    case = Case("many", (count, 4), 0)
    problem = BinaryProblem(driver, "reinmax", "float32", case, np.tile(logits, (count, 1)))
    function, arrays = problem.call(ambient=7)
    hard, _ = driver.value("eager", function, arrays)
    p = 1 / (1 + np.exp(-logits))
    deviation = np.sqrt(p * (1 - p) / count)
    assert (np.abs(problem.plain(hard).mean(0) - p) < 5 * deviation).all()


class BinaryLoss(CubicLoss):
    """The cubic loss of binary variables."""

    problem_class = BinaryProblem

    def gradient(self, hard):
        oracle = self.problem.oracle(hard)
        hard, soft = (part * [0, 1] for part in (oracle.y_hard, oracle.y_soft))
        a, b, c = (part[..., None] * [0, 1] for part in (A, B, C))
        return oracle.pullback(3 * a * (hard - c) ** 2, 3 * b * soft**2)


@pytest.mark.quick("gumbel_rao")
@pytest.mark.parametrize("source", ["drawn"])
def test_gradient_by_each_transform(driver, estimator, gradient, source):
    loss = BinaryLoss(driver, estimator, source)
    actual, hard = driver.gradients[gradient](loss.program, loss.problem.logits)
    if is_random(estimator):
        loss.problem.given_words = loss.words_by(driver.gradients[gradient])
    loss.problem.assert_like_logits(actual)
    loss.problem.assert_close(actual, loss.gradient(hard), driver.dtype_of(hard))


@pytest.mark.quick("reinmax")
@pytest.mark.parametrize("source", ["drawn"])
def test_derivative_by_each_transform(driver, estimator, derivative, source):
    loss = BinaryLoss(driver, estimator, source)
    loss.problem.mode = "batched" if derivative in driver.batching else "eager"
    v = loss.problem.last(loss.problem.v)
    actual, hard = driver.derivatives[derivative](loss.program, loss.problem.logits, loss.problem.v)
    right = loss.gradient(hard)
    terms = (np.abs(v) * right.terms).sum()
    loss.problem.assert_scalar(actual, (right.value * v).sum(), terms)


POINTS = np.round(8 * np.random.default_rng(5).standard_normal((4, 3, 3))) / 8
POINTS[0, 0, 0] = 0.0  # where sigmoid is put together
X, CONSTANTS, U, V = POINTS


@pytest.mark.quick("reinmax", "gumbel_rao")
def test_second_derivative_by_each_transform(driver, estimator, curvature):
    """Also at l = 0, where all variables begin."""
    oracle = importlib.import_module("tests.oracles.high_precision")
    case = Case("higher", X[0].shape, 0, 1.5)
    problem = BinaryProblem(driver, estimator, "float64", case, X[0])
    problem.seed, tau = 9, problem.case.tau
    options = {**problem.settings, **driver.ambient(problem.seed)}
    c = driver.asarray(CONSTANTS, "float64")

    def program(x):
        hard, soft = problem.bound(x[0], tau, **options)
        return driver.sum(loss([x[0], x[1], x[2]], hard, soft, c)), hard

    arrays = (driver.asarray(values, "float64") for values in (X, U, V))
    actual, hard = driver.curvatures[curvature](program, *arrays)
    words = frozen(problem.words()) if is_random(estimator) else None
    index = tuple(problem.index(hard).tolist())
    call = oracle.Call(estimator, tau, index, tuple(problem.settings.items()), words)
    problem.assert_scalar(actual, *expected(oracle, call))


def expected(oracle, call):
    """The derivative along both directions, and the size of its terms, of rows of two."""
    with oracle.working_digits():
        c, one_hot = oracle.exact(CONSTANTS), oracle.exact(np.eye(2)[list(call.index)])
        x, u, v = (oracle.exact(np.stack([0 * part, part], -1)) for part in (X, U, V))
        forward_tau = dict(call.settings).get("forward_tau", 1.0)

        def along(start):
            def function(x, hard):
                soft = oracle.soft(x[0], forward_tau)
                return loss(x[..., 1], hard[..., 1], soft[..., 1], c).sum()

            for direction in (start, v):
                function = oracle.derivative(function, direction, call)
            return function(x, one_hot)

        masks = np.eye(u[..., 1].size, dtype=int).reshape(-1, *U.shape, 1)
        parts = [along(u * mask) for mask in masks]
        return float(sum(parts)), float(sum(map(abs, parts)))


def test_derivative_of_an_own_record(driver, mode):
    """By rows of two, for the record says nothing of binary variables."""
    bound = driver.package.bernoulli.bind(STAR)
    problem = BinaryProblem(driver, "reinmax", "float32", CASE)
    sample, cotangent = driver.pullback(
        mode,
        lambda logits, given: bound(logits, 1.5, sample=given),
        [problem.logits, problem.sample(2)],
        [problem.g, problem.h],
    )
    hard, g, h = map(problem.plain, (sample[0], problem.g, problem.h))
    p = problem.oracle(sample[0]).y_soft[..., 1]
    right = (hard + 1.5 * p) * g + p * (1 - p) * h
    problem.assert_numbers(problem.plain(cotangent), right, np.abs(g) + np.abs(h), "float32")


def test_there_is_no_axis(driver):
    problem = BinaryProblem(driver, "reinmax", "float32", CASE)
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{driver.axis}'"):
        problem.bound(problem.logits, sample=problem.sample(), **{driver.axis: -1})


@pytest.mark.parametrize("shape", [(), (4,), (4, 5, 1), (4, 1)], ids=str)
def test_sample_must_have_the_shape_of_the_logits(driver, shape):
    problem = BinaryProblem(driver, "reinmax", "float32", CASE)
    with pytest.raises(ValueError, match=r"sample must have the shape of the logits, \(4, 5\), "):
        problem.bound(problem.logits, sample=driver.asarray(np.zeros(shape), "int64"))


@pytest.mark.parametrize("dtype_name", ["float32", "bool"])
def test_sample_must_be_integer(driver, dtype_name):
    problem = BinaryProblem(driver, "reinmax", "float32", CASE)
    with pytest.raises(TypeError, match=f"integer dtype, got {dtype_name}: cast 0 and 1"):
        problem.bound(problem.logits, sample=driver.asarray(np.zeros((4, 5)), dtype_name))


def test_logits_must_be_floating(driver):
    with pytest.raises(TypeError, match="logits must have a floating dtype"):
        driver.package.bernoulli.reinmax(driver.asarray(np.zeros(3), "int32"))


def test_tau_has_the_range_of_the_record(driver):
    problem = BinaryProblem(driver, "reinmax", "float32", CASE)
    with pytest.raises(ValueError, match=r"tau must be at least 1.0 for reinmax, got 0.5"):
        problem.bound(problem.logits, 0.5, sample=problem.sample())


def test_the_module_has_the_family_and_bind(driver):
    module = driver.package.bernoulli
    assert sorted(module.__all__) == sorted(
        [*estimators.__all__, "bind", "BoundEstimator", "draw", "mode"]
    )
    assert stubs.path(module).read_text(encoding="utf-8") == stubs.text(module)


@pytest.mark.parametrize("name", estimators.__all__)
def test_a_function_has_the_arguments_of_rows_but_the_axis(driver, name):
    bound, rows = (getattr(each, name) for each in (driver.package.bernoulli, driver.package))
    expected = dict(inspect.signature(rows).parameters)
    del expected[driver.axis]
    assert dict(inspect.signature(bound).parameters) == expected
    described = re.findall(r"^    (\w+) : ", bound.__doc__.partition("Returns\n")[0], re.MULTILINE)
    assert described == list(expected)
    assert "binary variables" in bound.__doc__
    assert "sigmoid(logits" in bound.__doc__
    assert pickle.loads(pickle.dumps(bound)) is bound


def test_no_row_kernel_claims_binary_variables(driver):
    if driver.kernels:
        problem = BinaryProblem(driver, "reinmax", "float32", CASE)
        assert driver.package.kernel(problem.bound, problem.logits).name == "core"
