"""Promise: an error names the bad argument, says what was given and what to do."""

from __future__ import annotations

import inspect
import math
import re

import numpy as np
import pytest

from reinmax_multi import estimators
from tests.conformance.problem import PLAIN_CASE, Problem
from tests.oracles.words import is_random

DTYPES = ("int8", "int32", "int64", "bool", "complex64", "complex128")
GOOD = object()


def bound(driver, estimator, logits=GOOD, **keywords):
    """A call with good arguments but for those given."""
    problem = Problem(driver, estimator)
    options = {"sample": problem.sample(), **randomness(driver, estimator), **keywords}
    return getattr(driver.package, estimator)(
        problem.logits if logits is GOOD else logits, **options
    )


def randomness(driver, estimator):
    """What a call with a given sample needs: nothing but for a random gradient."""
    return driver.ambient(0) if is_random(estimator) else {}


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
        bound(driver, estimator, logits)


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
    advice = re.escape(getattr(estimators, estimator).advice)
    with pytest.raises(
        ValueError, match=rf"tau must be positive and finite, got {float(tau)}: {advice}"
    ):
        bound(driver, estimator, tau=tau)


@pytest.mark.parametrize("tau", [0.5, 0.999, np.float64(0.1)])
def test_tau_of_reinmax_must_be_at_least_1(driver, tau):
    with pytest.raises(ValueError, match=rf"tau must be at least 1.0 for reinmax, got {tau}: "):
        bound(driver, "reinmax", tau=tau)


@pytest.mark.parametrize("tau", [True, "1", None, [1.0], 1j], ids=str)
def test_tau_must_be_a_number(driver, estimator, tau):
    with pytest.raises(TypeError, match="tau must be a real number, an array of one from NumPy"):
        bound(driver, estimator, tau=tau)


@pytest.mark.parametrize("shape", [(0,), (4,), (4, 2)], ids=str)
def test_tau_must_be_one_number(driver, estimator, shape):
    with pytest.raises(ValueError, match=r"tau must be one number, or one for.* the shape \("):
        bound(driver, estimator, tau=driver.asarray(np.ones(shape), "float32"))


@pytest.mark.parametrize("dtype_name", ["bool", "complex64"])
def test_tau_array_must_be_real(driver, estimator, dtype_name):
    with pytest.raises(TypeError, match=f"tau must have a floating or .*, got {dtype_name}: cast"):
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


@pytest.mark.parametrize("tau", [0.5, 1.5, np.float64(2.0)])
def test_tau_of_zgr_must_be_1(driver, tau):
    with pytest.raises(ValueError, match=rf"tau must be at .* 1.0 for zgr, got {tau}: .*reinmax"):
        bound(driver, "zgr", tau=tau)


def test_tau_of_zgr_must_be_a_number(driver):
    tau = driver.asarray(np.asarray(1.0), "float32")
    with pytest.raises(ValueError, match=r"tau must be the Python number 1.0 for zgr.*reinmax"):
        bound(driver, "zgr", tau=tau)


@pytest.mark.parametrize("name", ["num_samples", "gap", "eta", "forward_tau", "temperature"])
def test_an_unknown_hyper_parameter_is_refused(driver, name):
    with pytest.raises(TypeError, match=rf"unexpected keyword argument '{name}': it takes no"):
        bound(driver, "reinmax", **{name: 1})


def bad_values():
    """Hyper-parameters with values that are out of range, and with values of another type."""
    for name in estimators.__all__:
        for parameter in getattr(estimators, name).parameters:
            whole = isinstance(parameter.default, int)
            for value in ("1", None, True, 1j, [1.0], *([1.0, 2.5] if whole else [])):
                yield name, parameter.name, value, TypeError
            out = [math.nan, math.inf, -1e39, 10**400] if not whole else [0, -1, np.int64(0)]
            for value in [*out, *([0, -1.0, 1e-40] if parameter.positive else [])]:
                yield name, parameter.name, value, ValueError


@pytest.mark.parametrize(("name", "parameter", "value", "error"), list(bad_values()))
def test_a_hyper_parameter_out_of_range_is_refused(driver, name, parameter, value, error):
    with pytest.raises(error, match=f"{parameter}( of {name})? must be .*, got .*: "):
        bound(driver, name, **{parameter: value})


def test_hyper_parameters_are_documented(driver, estimator):
    text = getattr(driver.package, estimator).__doc__
    before, after = text.split("    tau : ")[1].split(f"    {driver.axis} : ")
    for parameter in getattr(estimators, estimator).parameters:
        assert f"    {parameter.name} : {type(parameter.default).__name__}, " in before
        assert " ".join(parameter.summary.split()) in " ".join(before.split())
    assert "Raises" in after


def test_defaults_are_those_of_the_signature(driver, estimator):
    problem = Problem(driver, estimator)
    shown = inspect.signature(getattr(driver.package, estimator)).parameters
    names = [parameter.name for parameter in getattr(estimators, estimator).parameters]
    hidden, spelt_out = (
        driver.pullback(
            "eager",
            lambda logits, sample, chosen=chosen: bound(
                driver, estimator, logits, sample=sample, **chosen
            ),
            [problem.logits, problem.sample()],
            [problem.g, problem.h],
        )[1]
        for chosen in ({}, {name: shown[name].default for name in names})
    )
    assert np.array_equal(problem.last(hidden), problem.last(spelt_out))


def test_every_estimator_is_exported(driver):
    assert {*estimators.__all__, "bind", "BoundEstimator"} <= set(driver.package.__all__)
    for name in estimators.__all__:
        function = getattr(driver.package, name)
        assert function.__name__ == name
        assert getattr(estimators, name).summary.splitlines()[0] in function.__doc__
