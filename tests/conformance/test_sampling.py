"""Promise: draw, mode and unimix give what the estimators sample, in every framework and mode."""

from __future__ import annotations

import functools
import inspect
import re

import numpy as np
import pytest

from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.conformance.test_randomness import LOGITS, assert_frequencies, assert_independent
from tests.oracles.dense import softmax
from tests.oracles.oracle import Result

FUNCTIONS = {
    "draw": ["logits", "sample_shape", "axis", "source"],
    "mode": ["logits", "axis"],
    "unimix": ["logits", "share", "axis"],
}
SHAPES = {
    "one row": Case("one-row", (5,), -1),
    "a middle axis": Case("middle", (2, 7, 3), 1),
    "two stages": Case("two-stages", (3, 90), -1),
    "whole blocks": Case("whole-blocks", (2, 3, 256), -1),
    "one category": Case("one-category", (4, 1), -1),
    "no rows": Case("no-rows", (0, 70), -1),
}
each_shape = pytest.mark.parametrize("shape", SHAPES)


def drawn(driver, logits, mode="eager", seed=3, **options):
    """The categories that ``draw`` gives, as numbers."""
    options |= driver.ambient(seed)
    function = functools.partial(driver.package.draw, **options)
    categories = driver.to_numpy(driver.run(mode, function, [logits]))
    assert np.issubdtype(categories.dtype, np.integer)
    return categories


@each_shape
def test_one_sample_is_that_of_an_estimator(driver, shape):
    check_one_sample(driver, "float32", shape)


def test_one_sample_of_every_dtype(driver, dtype):
    check_one_sample(driver, dtype, "two stages")


def check_one_sample(driver, dtype, shape):
    problem = Problem(driver, "reinmax", dtype, SHAPES[shape])
    hard, _ = driver.value("eager", *problem.call(**driver.ambient(3)))
    axis = {driver.axis: problem.case.axis}
    assert np.array_equal(drawn(driver, problem.logits, **axis), problem.index(hard))


@pytest.mark.parametrize(
    ("shape", "sample_shape"),
    [*((shape, (2, 3)) for shape in SHAPES), *(("two stages", each) for each in ((), (4,), (0,)))],
    ids=str,
)
def test_the_sample_shape_comes_first(driver, shape, sample_shape):
    problem = Problem(driver, "reinmax", case=SHAPES[shape])
    axis = {driver.axis: problem.case.axis}
    categories = drawn(driver, problem.logits, sample_shape=sample_shape, **axis)
    batch = problem.last(problem.logits).shape[:-1]
    assert categories.shape == (*sample_shape, *batch)


@pytest.mark.parametrize("row", LOGITS)
def test_many_samples_have_the_probabilities_and_are_independent(driver, mode, row):
    """Of rows, too: the samples of one say nothing of the next."""
    logits = driver.asarray(np.tile(LOGITS[row], (40, 1)), "float32")
    categories = drawn(driver, logits, mode, sample_shape=(10, 50))
    pi = softmax(LOGITS[row])
    assert_frequencies(np.eye(pi.size)[categories.reshape(-1)], pi)
    if row == "one-stage":
        assert_independent(categories[:5].reshape(-1), categories[5:].reshape(-1))
        assert_independent(categories[..., :20].reshape(-1), categories[..., 20:].reshape(-1))


@pytest.mark.parametrize("size", [6, 200])
@pytest.mark.parametrize("count", [1, 300])
def test_a_masked_category_is_never_drawn_and_a_certain_one_always(driver, dtype, size, count):
    masked = np.where(np.arange(size) % 3 == 1, 0.0, -np.inf)
    certain = np.where(np.arange(size) == 5, 0.0, -np.inf)
    logits = driver.asarray(np.stack([masked, certain]), dtype)
    categories = drawn(driver, logits, sample_shape=(count,))
    assert np.all(categories[:, 0] % 3 == 1)
    assert np.all(categories[:, 1] == 5)


@pytest.mark.parametrize(("size", "count"), [(6, 1), (200, 7)])
def test_a_row_without_a_distribution_gives_category_0(driver, mode, size, count):
    rows = np.zeros((4, size))
    rows[0, 3], rows[1, 2], rows[2] = np.nan, np.inf, -np.inf
    categories = drawn(driver, driver.asarray(rows, "float32"), mode, sample_shape=(count,))
    assert np.all(categories[:, :3] == 0)
    assert np.all((categories >= 0) & (categories < size))


def test_the_same_source_gives_the_same_samples(driver):
    problem = Problem(driver, "reinmax", case=SHAPES["two stages"])
    first, same, other = (
        drawn(driver, problem.logits, sample_shape=(8,), seed=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_the_mode_is_the_first_of_the_largest_logits(driver, mode, dtype):
    rows = [[0, 2, 2, 1], [-np.inf, -3, -9, -np.inf], [-np.inf] * 4, [5, np.nan, 9, 0]]
    logits = driver.asarray(np.array(rows), dtype)
    categories = driver.to_numpy(driver.run(mode, driver.package.mode, [logits]))
    assert categories.tolist() == [1, 1, 0, 0]


@each_shape
def test_the_mode_as_sample_makes_a_deterministic_estimator(driver, shape):
    problem = Problem(driver, "reinmax", case=SHAPES[shape])
    likeliest = driver.package.mode(problem.logits, **{driver.axis: problem.case.axis})
    logits = problem.last(problem.logits)
    assert np.array_equal(driver.to_numpy(likeliest), logits.argmax(-1))
    hard, _ = driver.value("eager", *problem.call(sample=likeliest))
    assert np.array_equal(problem.index(hard), logits.argmax(-1))


def mixture(logits, share):
    """The mixture in float64, for finite logits and masks."""
    uniform = np.isfinite(logits) / np.isfinite(logits).sum(-1, keepdims=True)
    with np.errstate(divide="ignore"):
        return np.log((1 - share) * softmax(logits) + share * uniform)


def some_masked(problem):
    """The logits of a problem, of which the first row has a mask."""
    logits = problem.last(problem.logits).copy()
    logits.reshape(-1, logits.shape[-1])[0, 1:2] = -np.inf
    problem.logits = problem.driver.asarray(
        np.moveaxis(logits, -1, problem.case.axis), problem.dtype
    )
    return logits


@pytest.mark.parametrize("share", [0, 0.01, 1.0])
def test_unimix_is_the_mixture_with_the_uniform_distribution(driver, mode, dtype, share):
    problem = Problem(driver, "reinmax", dtype, SHAPES["a middle axis"])
    expected = mixture(some_masked(problem), share)
    function = functools.partial(driver.package.unimix, share=share, **{driver.axis: 1})
    mixed = driver.run(mode, function, [problem.logits])
    problem.assert_like_logits(mixed)
    masked = np.isneginf(expected)
    actual = problem.last(mixed)
    assert np.array_equal(np.isneginf(actual), masked)
    terms = np.abs(np.where(masked, 0.0, expected)).max(-1, keepdims=True) + 1.0
    problem.assert_numbers(
        np.where(masked, 0.0, actual), np.where(masked, 0.0, expected), terms, dtype
    )


def test_unimix_has_the_gradient_of_the_mixture(driver, plain_gradient):
    share, problem = 0.1, Problem(driver, "reinmax", case=SHAPES["two stages"])
    logits = some_masked(problem)
    weights = driver.asarray(problem.last(problem.g), "float32")

    def program(logits):
        mixed = driver.package.unimix(logits, share)
        sample = driver.package.mode(logits)
        hard, soft = driver.package.reinmax(mixed, sample=sample)
        return driver.sum(soft * weights), hard

    gradient, _ = driver.gradients[plain_gradient](program, problem.logits)
    pi = softmax(logits)
    g = problem.last(problem.g)
    expected = (1 - share) * pi * (g - (pi * g).sum(-1, keepdims=True))
    problem.assert_close(gradient, Result(expected, np.abs(expected).max(-1, keepdims=True)))


def test_a_row_without_a_distribution_has_no_mixture(driver):
    rows = np.zeros((4, 3))
    rows[0, 1], rows[1, 2], rows[2] = np.nan, np.inf, -np.inf
    mixed = driver.to_numpy(driver.package.unimix(driver.asarray(rows, "float32"), 0.1))
    assert np.isnan(mixed).all(-1).tolist() == [True, True, True, False]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_arguments_are_the_same_in_every_framework(driver, name):
    function = getattr(driver.package, name)
    words = {"axis": driver.axis, "source": driver.random_argument}
    expected = [words.get(each, each) for each in FUNCTIONS[name]]
    assert list(inspect.signature(function).parameters) == expected
    described = re.findall(r"^    (\w+) : ", function.__doc__.partition("Returns\n")[0], re.M)
    assert described == expected
    assert (function.__name__, function.__module__) == (name, driver.package.__name__)


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("draw", {"sample_shape": 3}, TypeError, "sample_shape must be a tuple of ints.*pass"),
        ("draw", {"sample_shape": (2.0,)}, TypeError, "sample_shape must be a tuple of ints.*pass"),
        (
            "draw",
            {"sample_shape": (-1,)},
            ValueError,
            "sample_shape must have sizes of at least 0.*-1",
        ),
        ("unimix", {"share": 1.5}, ValueError, "share must be from 0 to 1, got 1.5"),
        ("unimix", {"share": -0.1}, ValueError, "share must be from 0 to 1"),
        ("unimix", {"share": float("nan")}, ValueError, "share must be from 0 to 1"),
        ("unimix", {"share": True}, TypeError, "share must be a real number"),
    ],
    ids=lambda value: str(value),
)
def test_an_error_names_the_argument_and_the_remedy(driver, name, options, error, message):
    source = driver.ambient(0) if name == "draw" else {}
    with pytest.raises(error, match=message):
        getattr(driver.package, name)(
            driver.asarray(np.zeros((2, 3)), "float32"), **options, **source
        )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_logits_are_checked_as_those_of_an_estimator(driver, name):
    function = getattr(driver.package, name)
    options = {"share": 0.1} if name == "unimix" else {}
    source = driver.ambient(0) if name == "draw" else {}
    good = driver.asarray(np.zeros((2, 3)), "float32")
    for logits, axis, error, message in (
        ([0.0], -1, TypeError, "logits must be"),
        (driver.asarray(np.zeros((2, 3)), "int32"), -1, TypeError, "floating dtype.*int32"),
        (good, 2, ValueError, f"{driver.axis}=2 is out of range"),
        (driver.asarray(np.zeros((2, 0)), "float32"), -1, ValueError, "no categories"),
    ):
        with pytest.raises(error, match=message):
            function(logits, **options, **source, **{driver.axis: axis})
