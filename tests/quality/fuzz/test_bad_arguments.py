"""Promise: docs/errors.md lists every error, and no framework's own error is what a user sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

import reinmax_multi
from reinmax_multi import estimators
from tests.conformance.problem import Problem
from tests.quality.fuzz.documented import Row, rows

PACKAGE = Path(reinmax_multi.__file__).parent
FRAMEWORK_DTYPES = ("float32", "float64", "int8", "int32", "int64", "bool", "complex64")
SHAPES = ((), (5,), (4,), (4, 5), (0,), (4, 0), (2, 2, 2))


def zeros(driver: Any, shape: tuple[int, ...], dtype: str = "float32") -> Any:
    return driver.asarray(np.zeros(shape), dtype)


def refused_everywhere(driver: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Labels and keywords, each with one bad argument."""
    good = zeros(driver, (4,), "int64")
    for label, logits in {
        "a list": [[0.0, 1.0]],
        "integers": zeros(driver, (4, 5), "int32"),
        "a scalar": zeros(driver, ()),
        "no categories": zeros(driver, (4, 0)),
    }.items():
        yield f"logits: {label}", {"logits": logits, "sample": good}
    for tau in (None, True, "1", float("nan"), -1, 10**400, -(10**400), 1e-39, 1e39, 0.5, -0.5):
        yield f"tau: {tau!r:.9}", {"tau": tau, "sample": good}
    for shape, dtype in ((4,), "float32"), ((), "bool"):
        array = driver.asarray(np.ones(shape), dtype)
        yield f"tau: {dtype} of rank {len(shape)}", {"tau": array, "sample": good}
    for axis in (None, 1.0, True, 2, -3):
        yield f"axis: {axis}", {driver.axis: axis, "sample": good}
    for label, sample in {
        "a list": [0, 1, 2, 3],
        "fractions": zeros(driver, (4,)),
        "one category too few": zeros(driver, (3,), "int64"),
    }.items():
        yield f"sample: {label}", {"sample": sample}
    for shape in (3, (2.0,), (0,), (2, -1)):
        yield f"sample_shape: {shape}", {"sample_shape": shape}
    yield "sample_shape: another", {"sample_shape": (3,), "sample": zeros(driver, (2, 4), "int64")}


def refused_by(estimator: str, driver: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same for what only some estimators refuse."""
    record, good = getattr(estimators, estimator), zeros(driver, (4,), "int64")
    yield "an unknown keyword", {"temperature": 1.0, "sample": good}
    for parameter in record.parameters:
        for value in ("1", -1e39, -1):
            if parameter.name != "eta" or value != -1:
                yield f"{parameter.name}: {value!r}", {parameter.name: value, "sample": good}
    if record.greatest_tau < float("inf"):
        for tau in (2.0, driver.asarray(np.asarray(1.0), "float32")):
            yield "tau: another than the only one", {"tau": tau, "sample": good}
    if record.greatest_size is not None:
        logits = zeros(driver, (4, record.greatest_size + 1))
        yield "logits: too many categories", {"logits": logits, "sample": good}
    if record.backward_noise and driver.random_argument == "key":
        yield "no key for a random gradient", {"sample": good}


def bad_calls(driver: Any, estimator: str) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Labels and calls that must raise, those of every back end and those of this one."""
    bound, logits = getattr(driver.package, estimator), Problem(driver, estimator).logits
    for label, keywords in (*refused_everywhere(driver), *refused_by(estimator, driver)):
        if label != "tau: 0.5" or getattr(estimators, estimator).least_tau:
            yield label, partial(bound, **{"logits": logits, **keywords})
    for label, call in driver.bad_calls.items():
        yield label, partial(call, bound, logits)


def refusal(call: Callable[[], Any], documented: list[Row], label: str) -> Row:
    """The row of the page that describes what the call raised, in the package itself."""
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert PACKAGE in Path(caught.traceback[-1].path).parents, f"{label}: {caught.value!r}"
    fitting = [row for row in documented if row.describes(caught.value)]
    assert fitting, f"{label}: the page does not list {caught.value!r}"
    return fitting[0]


def test_every_documented_error_is_raised_and_no_other(driver):
    documented = rows(driver.name)
    raised = {
        refusal(call, documented, label)
        for name in estimators.__all__
        for label, call in bad_calls(driver, name)
    }
    assert raised == set(documented)


def anything(driver: Any) -> st.SearchStrategy[Any]:
    """Python's own objects, NumPy's arrays and scalars, and arrays of the framework."""
    numbers = st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.fractions()
    others = st.none() | st.text() | st.binary() | st.builds(object) | st.decimals()
    plain = numbers | others
    nested = st.lists(plain, max_size=3) | st.tuples(plain, plain) | st.sets(st.integers())
    dtypes = hnp.scalar_dtypes()
    arrays = hnp.arrays(dtypes, st.sampled_from(SHAPES))
    scalars = dtypes.flatmap(hnp.from_dtype)
    framework = st.builds(
        lambda shape, dtype: driver.asarray(np.ones(shape), dtype),
        st.sampled_from(SHAPES),
        st.sampled_from(FRAMEWORK_DTYPES),
    )
    return plain | nested | st.dictionaries(st.text(), plain) | arrays | scalars | framework


def test_any_argument_is_accepted_or_refused_as_documented(driver, estimator):
    bound = getattr(driver.package, estimator)
    logits = Problem(driver, estimator).logits
    documented = rows(driver.name)
    names = ["logits", "tau", driver.axis, "sample", driver.random_argument]

    @settings(max_examples=max(300, settings().max_examples))  # most are refused at once
    @given(st.sampled_from(names), anything(driver))
    def run(name: str, value: Any) -> None:
        keywords = {"logits": logits, **driver.randomness(0), name: value}
        mine = [row for row in documented if row.argument == name.replace("dim", "axis")]
        try:
            hard, _ = bound(**keywords)[:2]
        except Exception:
            refusal(lambda: bound(**keywords), mine, name)
        else:
            assert hard is not None

    run()
