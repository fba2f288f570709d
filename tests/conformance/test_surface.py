"""Promise: every framework has the same functions, with the same arguments, said in its words."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys

import pytest

from backends import stubs
from reinmax_multi import estimators
from tests.conformance.cases import KINDS

ESTIMATORS = pytest.mark.parametrize("name", estimators.__all__)


def arguments(driver, name):
    """What a bound estimator takes besides the logits, with the defaults."""
    record = getattr(estimators, name)
    own = {parameter.name: parameter.default for parameter in record.parameters}
    others = {driver.axis: -1, driver.random_argument: None, "sample": None}
    others["sample_shape"] = ()
    return {"tau": 1.0, **driver.own_arguments, **own, **others}


def test_the_package_exports_the_family_and_bind(driver):
    # no framework there to pull a derivative back, or to differentiate a loss
    own = {"Derivative"} if driver.name == "numpy" else {"diagnose"}
    if driver.kernels:
        own = own | {"kernel"}
    sampling = {"bernoulli", "draw", "mode", "unimix"}
    expected = {*estimators.__all__, "bind", "BoundEstimator"} | sampling | own
    assert driver.package.__all__ == sorted(expected)
    assert all(hasattr(driver.package, name) for name in expected)


@ESTIMATORS
def test_a_bound_estimator_has_the_arguments_of_all(driver, name):
    bound = getattr(driver.package, name)
    logits, *others = inspect.signature(bound).parameters.values()
    assert logits.name == "logits"
    assert {each.name: each.default for each in others} == arguments(driver, name)
    positional = [each.name for each in others if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert positional == ["tau", *driver.own_arguments]
    assert (bound.__name__, bound.__module__) == (name, driver.package.__name__)


@ESTIMATORS
def test_the_docstring_describes_every_argument_in_the_order_of_the_signature(driver, name):
    bound = getattr(driver.package, name)
    text = bound.__doc__.partition("Returns\n")[0]
    described = re.findall(r"^    (\w+) : ", text, re.MULTILINE)
    assert described == list(inspect.signature(bound).parameters)
    assert f"from reinmax_multi.{driver.name} import {name}" in bound.__doc__


def test_the_stub_that_type_checkers_read_is_current(driver):
    """Written by ``python -m backends.stubs``."""
    assert stubs.path(driver.package).read_text(encoding="utf-8") == stubs.text(driver.package)


def test_the_diagnosis_is_not_imported_before_it_is_asked_for(driver):
    program = (
        f"import sys, {driver.package.__name__}\n"
        "assert not any(name.startswith('reinmax_multi.diagnosis') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=300)


def test_the_suite_tries_an_estimator_of_each_kind():
    def kind(name):
        record = getattr(estimators, name)
        tempers_the_sample = any(each.name == "forward_tau" for each in record.parameters)
        return record.transposed_product is None, record.backward_noise, tempers_the_sample

    assert {kind(name) for name in KINDS} == {kind(name) for name in estimators.__all__}
