"""One input for one estimator: arrays of the framework, exact numbers, and the judge of both."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

import backends
from reinmax_multi import estimators
from tests.conformance.cases import PLAIN, Case
from tests.oracles.oracle import Oracle, Result
from tests.oracles.settings import SETTINGS
from tests.oracles.units import EPSILON, SMALLEST
from tests.oracles.words import is_random, words

PLAIN_CASE = Case("rank-2", PLAIN, -1, 1.5)


def fitting(case: Case, estimator: str) -> Case:
    """The case, at the only temperature of an estimator that has no other."""
    record = getattr(estimators, estimator, None)
    if record is None or record.least_tau < record.greatest_tau:
        return case
    return dataclasses.replace(case, tau=record.least_tau, tau_is_array=False)


class Problem:
    """Random logits, cotangents g and h of the two outputs, and a tangent v; no two of them alike.

    ``logits``, ``g``, ``h`` and ``v`` are arrays of the framework. The numbers that it rounded them
    to are the oracle's input, so that only the computation is judged.
    """

    def __init__(
        self,
        driver: Any,
        estimator: str,
        dtype: str = "float32",
        case: Case = PLAIN_CASE,
        logits: np.ndarray | None = None,
    ) -> None:
        self.driver, self.estimator, self.dtype = driver, estimator, dtype
        self.case = fitting(case, estimator)
        self.mode, self.seed, self.given = "eager", 0, False
        self.options: dict[str, Any] = {}
        self.given_words: np.ndarray | None = None
        generator = np.random.default_rng(20230417)
        random = 2 * generator.standard_normal(case.shape)
        self.logits = driver.asarray(random if logits is None else logits, dtype)
        self.g, self.h, self.v = (
            driver.asarray(part, dtype) for part in generator.standard_normal((3, *case.shape))
        )

    def call(
        self, *, tau: Any = None, sample: Any = None, ambient: int | None = None, **randomness: Any
    ) -> tuple[Callable[..., Any], list[Any]]:
        """The bound estimator, and its arrays: logits, then tau and the sample if they are arrays.

        The arrays are the arguments of the function, so that a mode may trace or batch them all. A
        seed for ``driver.ambient`` may be given; a random gradient needs one in any case.
        """
        if ambient is None and sample is not None and is_random(self.estimator):
            ambient = 0
        if ambient is not None:
            self.seed, self.given = ambient, sample is not None
            randomness = self.driver.ambient(ambient)
        options = {**self.placement, **self.settings, **randomness}
        self.options = {**self.settings, **randomness}  # not read here: threads share a problem
        arrays = {"logits": self.logits}
        if tau is not None:
            options["tau"] = tau
        elif self.case.tau_is_array:
            arrays["tau"] = self.driver.asarray(np.asarray(self.case.tau), "float32")
        else:
            options["tau"] = self.case.tau
        if sample is not None:
            arrays["sample"] = sample

        def function(*values: Any) -> Any:
            return self.bound(**dict(zip(arrays, values, strict=True)), **options)

        return function, list(arrays.values())

    def pullback(self, mode: str, **keywords: Any) -> tuple[Any, Any]:
        """Both outputs of :meth:`call` in a mode, and the cotangent of the logits."""
        self.mode = mode
        return self.driver.pullback(mode, *self.call(**keywords), [self.g, self.h])

    def pushforward(self, mode: str, **keywords: Any) -> tuple[Any, Any]:
        """Both outputs of :meth:`call` in a mode, and their tangents for the tangent v."""
        self.mode = mode
        return self.driver.pushforward(mode, *self.call(**keywords), self.v)

    @property
    def bound(self) -> Any:
        """The function of the framework."""
        return getattr(self.driver.package, self.estimator)

    @property
    def placement(self) -> dict[str, int]:
        """The axis as an argument."""
        return {self.driver.axis: self.case.axis}

    @property
    def settings(self) -> dict[str, float]:
        """The hyper-parameters of the estimator."""
        return SETTINGS.get(self.estimator, {})

    def last(self, array: Any) -> np.ndarray:
        """The exact numbers of an array, with the categories last."""
        return np.moveaxis(self.driver.to_numpy(array).astype(np.float64), self.case.axis, -1)

    def index(self, hard: Any) -> np.ndarray:
        """The category of each row."""
        return self.last(hard).argmax(-1)

    def sample(self, seed: int = 0) -> Any:
        """Random categories as an integer array of the framework, without the axis."""
        shape = np.moveaxis(np.empty(self.case.shape), self.case.axis, -1).shape
        categories = np.random.default_rng(seed).integers(shape[-1], size=shape[:-1])
        return self.driver.asarray(categories, "int64")

    def oracle(self, hard: Any) -> Oracle:
        """What is right for this sample."""
        drawn = self.words() if is_random(self.estimator) else None
        return Oracle(
            self.estimator,
            self.last(self.logits),
            self.case.tau,
            self.index(hard),
            self.settings,
            drawn,
        )

    def words(self) -> np.ndarray:
        """What the last call drew for the backward pass, unless a test gave other words."""
        if self.given_words is not None:
            return self.given_words
        *batch, size = self.last(self.logits).shape
        return words(self.driver, self.mode, tuple(batch), size, self.seed, self.given)

    def right_pullback(self, hard: Any) -> Result:
        """What the cotangent of the logits must be."""
        return self.oracle(hard).pullback(self.last(self.g), self.last(self.h))

    def assert_outputs(self, sample: Any) -> None:
        """Both are like the logits; y_hard is one-hot bit for bit, and y_soft is softmax."""
        hard, soft = sample
        for part in (hard, soft):
            self.assert_like_logits(part)
        expected = self.oracle(hard)
        assert np.array_equal(self.last(hard), expected.y_hard)
        assert not np.signbit(self.last(hard)).any()
        pi = expected.y_soft
        self.assert_close(soft, Result(pi, pi.max(-1, keepdims=True)))

    def assert_like_logits(self, array: Any) -> None:
        """The dtype, the shape and the device of the logits."""
        assert self.driver.dtype_of(array) == self.dtype
        assert tuple(array.shape) == self.case.shape

    def assert_close(self, array: Any, expected: Result, dtype: str | None = None) -> None:
        """Equal within the tolerance of the sheet."""
        dtype = self.dtype if dtype is None else dtype
        self.assert_numbers(self.last(array), expected.value, expected.terms, dtype)

    def assert_scalar(self, array: Any, expected: float, terms: float) -> None:
        """A 0-d array equal within the tolerance of the sheet."""
        actual = self.driver.to_numpy(array)
        assert actual.shape == ()
        self.assert_numbers(actual.astype(np.float64), expected, np.asarray(terms), self.dtype)

    def assert_numbers(
        self, actual: np.ndarray, expected: np.ndarray, terms: np.ndarray, dtype: str
    ) -> None:
        """Equal within the tolerance of the sheet, in units of epsilon times ``terms``."""
        unit = EPSILON[dtype] * terms + SMALLEST[dtype]
        worst = (np.abs(actual - expected) / unit).max(initial=0.0)
        allowed = backends.sheet(self.driver.name).tolerance[self.driver.device]
        assert worst <= allowed, f"{worst:.3g} units of {dtype} rounding, {allowed} allowed"
