"""Promise: any call gives what the dense matrices say, and no row disturbs another."""

from __future__ import annotations

import dataclasses
from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from tests.conformance.problem import Problem
from tests.quality.fuzz.judge import (
    assert_other_rows_are_untouched,
    assert_products,
    assert_sample,
    has_distribution,
)
from tests.quality.fuzz.strategies import Example, examples


def problem_of(driver: Any, estimator: str, example: Example) -> Problem:
    """The problem with the arrays of the example, each in its layout."""
    problem = Problem(driver, estimator, example.dtype, example.case)
    for name, layout in zip(("logits", "g", "h"), example.layouts, strict=True):
        array = np.moveaxis(getattr(example, name), -1, example.case.axis)
        placed = driver.asarray(array, example.dtype)
        setattr(problem, name, placed if layout is None else driver.layouts[layout](placed))
    return problem


def options_of(driver: Any, example: Example) -> dict[str, Any]:
    """The keywords of the call: tau, and either the sample or what draws it."""
    options = {"tau": example.tau.given(driver)}
    if example.sample is None:
        return {**options, **driver.randomness(example.seed)}
    return {**options, "sample": driver.asarray(example.sample, example.sample_dtype)}


def without_poison(example: Example) -> tuple[Example, np.ndarray]:
    """The example with plain numbers in its poisoned rows, and which rows those are."""
    outside = (
        np.zeros(example.logits.shape[:-1], bool)
        if example.sample is None
        else (example.sample < 0) | (example.sample >= example.logits.shape[-1])
    )
    poisoned = ~has_distribution(example.logits) | outside
    for vector in (example.g, example.h):
        poisoned = poisoned | ~np.isfinite(vector).all(-1)
    clean = {
        name: np.where(poisoned[..., None], 0.0, getattr(example, name))
        for name in ("logits", "g", "h")
    }
    if example.sample is not None:
        clean["sample"] = np.where(poisoned, 0, example.sample)
    return dataclasses.replace(example, **clean), poisoned


def every_example(driver: Any, sheet: Any, estimator: str) -> st.SearchStrategy[Example]:
    return examples(estimator, sheet.dtypes, list(driver.layouts))


SLOW_SHARE = 5
"""How many times fewer examples run in the sheet's slow modes."""


def test_reverse_mode(driver, sheet, estimator, kernel):
    share = SLOW_SHARE if kernel in sheet.slow_modes else 1

    @settings(max_examples=settings().max_examples // share)
    @given(every_example(driver, sheet, estimator))
    def run(example: Example) -> None:
        problem = problem_of(driver, estimator, example)
        sample, cotangent = problem.pullback(kernel, **options_of(driver, example))
        assert_sample(problem, sample, example.sample)
        vectors = [(problem.last(problem.g), True), (problem.last(problem.h), False)]
        assert_products(problem, cotangent, sample[0], vectors)
        clean, poisoned = without_poison(example)
        if poisoned.any():
            reference = problem_of(driver, estimator, clean)
            same, clean_cotangent = reference.pullback(kernel, **options_of(driver, clean))
            parts = [*sample, cotangent], [*same, clean_cotangent]
            assert_other_rows_are_untouched(problem, *parts, poisoned)

    run()


def test_forward_mode(driver, sheet, estimator):
    @given(every_example(driver, sheet, estimator))
    def run(example: Example) -> None:
        problem = problem_of(driver, estimator, example)
        call = problem.call(**options_of(driver, example))
        sample, tangents = driver.pushforward("eager", *call, problem.g)
        assert_sample(problem, sample, example.sample)
        for tangent, is_hard in zip(tangents, (True, False), strict=True):
            vectors = [(problem.last(problem.g), is_hard)]
            assert_products(problem, tangent, sample[0], vectors)

    run()
