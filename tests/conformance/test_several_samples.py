"""Promise: several samples of a row are so many calls, whose gradients are added up."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.cases import Case
from tests.conformance.problem import Problem
from tests.oracles.oracle import Oracle, Result
from tests.oracles.words import decoded, is_random, probe, probe_logits

pytestmark = pytest.mark.of_each_kind

CASES = {
    "one axis": (Case("rank-2", (3, 5), -1, 1.5), (4,)),
    "two axes, a middle axis": (Case("rank-3-middle-axis", (2, 6, 3), -2, 1.5), (2, 2)),
    "two stages, one row": (Case("rank-1", (70,), -1, 1.5), (3,)),
}
each_case = pytest.mark.parametrize("several", CASES)


class Several(Problem):
    """A problem whose g has a cotangent for each sample."""

    def __init__(self, driver, estimator, dtype, several):
        case, self.sample_shape = CASES[several]
        super().__init__(driver, estimator, dtype, case)
        self.count = int(np.prod(self.sample_shape))
        numbers = np.random.default_rng(5).standard_normal((*self.sample_shape, *case.shape))
        self.g = driver.asarray(numbers, dtype)

    def call_several(self, sample=None, seed=3):
        """The bound estimator and its arrays, as ``call`` of one sample."""
        _, arrays = self.call(sample=sample, ambient=seed)
        bound, options = getattr(self.driver.package, self.estimator), self.options
        options = {**options, self.driver.axis: self.case.axis, "sample_shape": self.sample_shape}

        def function(logits, sample=None):
            return bound(logits, self.case.tau, sample=sample, **options)

        return function, arrays

    def flat(self, array):
        """Several samples along one axis, categories last."""
        rows = self.last(array)
        return rows.reshape(self.count, *rows.shape[len(self.sample_shape) :])

    def oracles(self, index, words):
        """The judge of each sample."""
        for number in range(self.count):
            drawn = words[number] if words is not None else None
            yield Oracle(
                self.estimator,
                self.last(self.logits),
                self.case.tau,
                index[number],
                self.settings,
                drawn,
            )

    def words_of_samples(self, mode, given, seed=3):
        """What the call draws for the backward pass of each sample."""
        if not is_random(self.estimator):
            return None
        driver, batch = self.driver, self.last(self.logits).shape[:-1]
        logits = probe_logits(driver, batch, self.last(self.logits).shape[-1])
        sample = driver.asarray(np.zeros((self.count, *batch)), "int64")
        found = []
        for number in range(self.count):
            options = driver.ambient(seed)

            def call(logits, sample=None, options=options):
                shape = (self.count,)
                return probe(driver)(logits, sample=sample, sample_shape=shape, **options)

            one = np.zeros((self.count, *logits.shape))
            one[number] = 1.0
            arrays = [logits, sample] if given else [logits]
            cotangents = [driver.asarray(one, "float32"), 0 * logits]
            _, gradient = driver.pullback(mode, call, arrays, cotangents)
            found.append(decoded(driver.to_numpy(gradient)))
        return found

    def assert_samples(self, sample):
        """y_hard is one-hot in each sample, and y_soft has no axis of samples."""
        hard, soft = sample
        assert tuple(hard.shape) == (*self.sample_shape, *self.case.shape)
        assert self.driver.dtype_of(hard) == self.dtype
        self.assert_like_logits(soft)
        index = self.flat(hard).argmax(-1)
        for oracle, rows in zip(self.oracles(index, None), self.flat(hard), strict=True):
            assert np.array_equal(rows, oracle.y_hard)
        pi = oracle.y_soft
        self.assert_close(soft, Result(pi, pi.max(-1, keepdims=True)))
        return index


@pytest.mark.parametrize(
    ("several", "source"),
    [(several, "given" if several.startswith("two axes") else "drawn") for several in CASES],
)
def test_the_gradient_is_the_sum_over_the_samples(driver, estimator, mode, several, source):
    problem = Several(driver, estimator, "float32", several)
    check_gradient(problem, mode, source)


@each_case
def test_half_precision_adds_in_single(driver, estimator, dtype, several):
    check_gradient(Several(driver, estimator, dtype, several), "eager", "given")


def check_gradient(problem, mode, source):
    driver, given = problem.driver, None
    if source == "given":
        size, batch = problem.flat(problem.g).shape[-1], problem.flat(problem.g).shape[1:-1]
        numbers = np.random.default_rng(1).integers(size, size=(*problem.sample_shape, *batch))
        given = driver.asarray(numbers, "int64")
        for layout in driver.layouts.values() if numbers.ndim > 1 else ():
            given = layout(given)
    function, arrays = problem.call_several(given)
    sample, cotangent = driver.pullback(mode, function, arrays, [problem.g, problem.h])
    index = problem.assert_samples(sample)
    if given is not None:
        assert np.array_equal(index, numbers.reshape(index.shape))
    words = problem.words_of_samples(mode, given is not None)
    h = problem.last(problem.h)
    results = [
        oracle.pullback(g, h if number == 0 else 0 * h)
        for number, (oracle, g) in enumerate(
            zip(problem.oracles(index, words), problem.flat(problem.g), strict=True)
        )
    ]
    expected = sum(result.value for result in results)
    problem.assert_like_logits(cotangent)
    problem.assert_close(cotangent, Result(expected, sum(result.terms for result in results)))


@each_case
def test_the_tangent_of_each_sample_is_its_own(driver, estimator, forward_mode, several):
    problem = Several(driver, estimator, "float32", several)
    function, arrays = problem.call_several()
    sample, (hard, soft) = driver.pushforward(forward_mode, function, arrays, problem.v)
    index = problem.assert_samples(sample)
    words, v = problem.words_of_samples(forward_mode, False), problem.last(problem.v)
    for oracle, rows in zip(problem.oracles(index, words), problem.flat(hard), strict=True):
        expected, of_soft = oracle.pushforward(v)
        problem.assert_numbers(rows, expected.value, expected.terms, "float32")
    problem.assert_close(soft, of_soft)


def programs(driver, estimator, sample, weights):
    """A nonlinear loss of several samples in one call, and in one call for each."""
    bound = getattr(driver.package, estimator)
    options = driver.ambient(0) if is_random(estimator) else {}

    def at_once(logits):
        hard, soft = bound(logits, sample=sample, **options)
        return driver.sum(hard**3 * weights) + driver.sum(soft**2), hard[0]

    def one_by_one(logits):
        loss = 0.0
        for number in range(sample.shape[0]):
            hard, soft = bound(logits, sample=sample[number], **options)
            loss = loss + driver.sum(hard**3 * weights[number])
        return loss + driver.sum(soft**2), hard

    return at_once, one_by_one


def test_second_derivatives_are_those_of_a_loop(driver, curvature):
    if curvature in driver.compiling:
        return
    problem = Several(driver, "reinmax", "float32", "one axis")
    sample = driver.asarray(np.arange(12).reshape(4, 3) % 5, "int64")
    found, expected = (
        driver.curvatures[curvature](program, problem.logits, problem.v, problem.h)[0]
        for program in programs(driver, "reinmax", sample, problem.g)
    )
    np.testing.assert_allclose(
        driver.to_numpy(found), driver.to_numpy(expected), rtol=1e-4, atol=1e-5
    )


def test_a_sample_tells_its_shape_and_must_agree(driver, estimator):
    problem = Several(driver, estimator, "float32", "one axis")
    bound, options = getattr(driver.package, estimator), driver.ambient(0)
    sample = driver.asarray(np.zeros((2, 3, 3)), "int64")
    assert np.shape(first(bound(problem.logits, sample=sample, **options))) == (2, 3, 3, 5)
    bound(problem.logits, sample=sample, sample_shape=(2, 3), **options)
    for shape, error, message in (
        ((3, 2), ValueError, r"sample_shape must be that of the sample, \(2, 3\), got \(3, 2\)"),
        ((0,), ValueError, "sample_shape must have sizes of at least 1"),
        (4, TypeError, "sample_shape must be a tuple of ints"),
    ):
        with pytest.raises(error, match=message):
            bound(problem.logits, sample=sample, sample_shape=shape, **options)
    with pytest.raises(ValueError, match="one category a row, or axes of several samples first"):
        bound(problem.logits, sample=driver.asarray(np.zeros((3, 2)), "int64"), **options)


def first(returned):
    """y_hard; the reference returns the sample with its derivative."""
    return returned[0][0] if hasattr(returned[1], "pullback") else returned[0]
