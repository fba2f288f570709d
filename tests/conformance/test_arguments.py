"""Promise: an error names the bad argument, says what was given and what to do."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

from reinmax_multi import estimators
from tests.conformance.problem import PLAIN_CASE, Problem

DTYPES = ("int8", "int32", "int64", "bool", "complex64", "complex128")


def bound(driver, estimator, logits=None, **keywords):
    """A call with good arguments but for those given."""
    problem = Problem(driver, estimator)
    options = {"sample": problem.sample(), **keywords}
    return getattr(driver.package, estimator)(
        problem.logits if logits is None else logits, **options
    )


def zeros(driver, shape, dtype="float32"):
    return driver.asarray(np.zeros(shape), dtype)


@pytest.mark.parametrize("dtype_name", DTYPES)
def test_logits_must_be_floating(driver, estimator, dtype_name):
    logits = driver.asarray(np.zeros(PLAIN_CASE.shape), dtype_name)
    with pytest.raises(TypeError, match=f"logits must have a floating dtype.*{dtype_name}: cast"):
        bound(driver, estimator, logits)


@pytest.mark.parametrize("logits", [[[0.0, 1.0]], 1.0, None, "0"], ids=str)
def test_logits_must_be_an_array(driver, estimator, logits):
    with pytest.raises(TypeError, match=r"logits must be.* got \w+: wrap"):
        getattr(driver.package, estimator)(logits, sample=Problem(driver, estimator).sample())


def test_logits_must_have_an_axis(driver, estimator):
    with pytest.raises(ValueError, match=f"logits must have at least one axis.*{driver.axis}"):
        bound(driver, estimator, zeros(driver, ()), sample=zeros(driver, (), "int64"))


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 0)], ids=str)
def test_logits_must_have_categories(driver, estimator, shape):
    given = zeros(driver, shape[:-1], "int64")
    with pytest.raises(ValueError, match=f"logits have no categories.*{driver.axis}=-1"):
        bound(driver, estimator, zeros(driver, shape), sample=given)


@pytest.mark.parametrize("tau", [0, 0.0, -1, -1.5, math.nan, math.inf, -math.inf, np.float32(0)])
def test_tau_must_be_positive_and_finite(driver, estimator, tau):
    with pytest.raises(
        ValueError, match=rf"tau must be positive and finite, got {float(tau)}: use|Rein"
    ):
        bound(driver, estimator, tau=tau)


@pytest.mark.parametrize("tau", [0.5, 0.999, np.float64(0.1)])
def test_tau_of_reinmax_must_be_at_least_1(driver, tau):
    with pytest.raises(ValueError, match=rf"tau must be at least 1.0 for reinmax, got {tau}: "):
        bound(driver, "reinmax", tau=tau)


@pytest.mark.parametrize("tau", [True, "1", None, [1.0], 1j], ids=str)
def test_tau_must_be_a_number(driver, estimator, tau):
    with pytest.raises(TypeError, match="tau must be a real number or a 0-d array"):
        bound(driver, estimator, tau=tau)


@pytest.mark.parametrize("shape", [(1,), (4,), (4, 1)], ids=str)
def test_tau_must_be_one_number(driver, estimator, shape):
    with pytest.raises(ValueError, match=f"tau must be.* 0-d array, got.* rank {len(shape)}:"):
        bound(driver, estimator, tau=driver.asarray(np.ones(shape), "float32"))


@pytest.mark.parametrize("dtype_name", ["int32", "bool"])
def test_tau_array_must_be_floating(driver, estimator, dtype_name):
    with pytest.raises(TypeError, match=f"tau must have a floating dtype, got {dtype_name}: cast"):
        bound(driver, estimator, tau=driver.asarray(np.asarray(1), dtype_name))


@pytest.mark.parametrize("axis", [2, -3, 100])
def test_axis_must_exist(driver, estimator, axis):
    with pytest.raises(ValueError, match=f"{driver.axis}={axis} is out of range.* use -2 to 1"):
        bound(driver, estimator, **{driver.axis: axis})


@pytest.mark.parametrize("axis", [1.0, "1", None, True, (0, 1)], ids=str)
def test_axis_must_be_one_integer(driver, estimator, axis):
    with pytest.raises(TypeError, match=f"{driver.axis} must be an int, got"):
        bound(driver, estimator, **{driver.axis: axis})


@pytest.mark.parametrize("shape", [(), (5,), (4, 1), (4, 5), (3,)], ids=str)
def test_sample_must_have_the_shape_of_the_rows(driver, estimator, shape):
    with pytest.raises(ValueError, match=rf"sample must have the shape.*{driver.axis}=-1.*: one"):
        bound(driver, estimator, sample=zeros(driver, shape, "int64"))


@pytest.mark.parametrize("dtype_name", ["float32", "bool"])
def test_sample_must_be_integer(driver, estimator, dtype_name):
    with pytest.raises(
        TypeError, match=f"sample must have an integer dtype, got {dtype_name}: pass"
    ):
        bound(driver, estimator, sample=zeros(driver, (4,), dtype_name))


def test_sample_must_be_an_array(driver, estimator):
    with pytest.raises(TypeError, match=r"sample must be .*, got list: wrap"):
        bound(driver, estimator, sample=[0, 1, 2, 3])


def test_signature_is_the_same_for_every_estimator(driver):
    signatures = {inspect.signature(getattr(driver.package, name)) for name in estimators.__all__}
    (signature,) = signatures
    logits, tau, *keywords = signature.parameters.values()
    assert (logits.name, logits.kind) == ("logits", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    assert (tau.name, tau.default) == ("tau", 1.0)
    assert {parameter.kind for parameter in keywords} == {inspect.Parameter.KEYWORD_ONLY}
    source = driver.random_argument
    assert {p.name: p.default for p in keywords} == {driver.axis: -1, source: None, "sample": None}


def test_every_estimator_is_exported(driver):
    assert {*estimators.__all__, "bind", "BoundEstimator"} <= set(driver.package.__all__)
    for name in estimators.__all__:
        function = getattr(driver.package, name)
        assert function.__name__ == name
        assert getattr(estimators, name).summary.splitlines()[0] in function.__doc__
