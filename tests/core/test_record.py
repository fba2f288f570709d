"""A record checks itself when it is made; each error names the field."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from reinmax_multi import Estimator, Jacobians, Parameter, estimators
from reinmax_multi._core.estimator import FORWARD_TAU, PUBLIC_ARGUMENTS
from reinmax_multi.numpy import bind


def identity(xp, residuals, vector, tau, **_):
    return vector


def lopsided(xp, residuals, vector, tau):
    """W with the first row twice as large: not symmetric."""
    return xp.where(residuals.categories == 0, 2 * vector, vector) * residuals.soft[..., :1] + (
        xp.sum(vector * residuals.soft, axis=-1, keepdims=True)
    )


@pytest.mark.parametrize("name", sorted(PUBLIC_ARGUMENTS))
def test_a_parameter_named_like_an_argument_of_the_bound_functions_is_refused(name):
    with pytest.raises(ValueError, match=f"Parameter '{name}' has the name of an argument"):
        Parameter(name, 1.0, "")


def test_the_arguments_of_the_bound_functions_are_among_the_refused_names():
    """``tests/conformance/test_surface.py`` holds all frameworks to the same arguments."""
    own = {parameter.name for parameter in estimators.reinmax.parameters}
    assert set(inspect.signature(bind(estimators.reinmax)).parameters) - own <= PUBLIC_ARGUMENTS


@pytest.mark.parametrize("name", ["", "two words", "1st", None, 3])
def test_a_name_that_is_no_identifier_is_refused(name):
    with pytest.raises(ValueError, match=f"name of an Estimator.*identifier, got {name!r}"):
        Estimator(name, identity)
    with pytest.raises(ValueError, match=f"name of a Parameter.*identifier, got {name!r}"):
        Parameter(name, 1.0, "")


@pytest.mark.parametrize("default", [None, True, "1", 1j])
def test_a_default_that_is_no_number_is_refused(default):
    with pytest.raises(TypeError, match="default of Parameter 'gap' must be a Python int or float"):
        Parameter("gap", default, "")


def test_a_default_out_of_range_is_refused():
    with pytest.raises(ValueError, match="default of Parameter 'gap' must be at least 2, got 1"):
        Parameter("gap", 1.0, "", least=2.0)
    with pytest.raises(ValueError, match=r"default of Parameter 'gap' must be positive.*, got 0"):
        Parameter("gap", 0.0, "", positive=True)
    with pytest.raises(ValueError, match=r"default of Parameter 'gap' must be finite.*, got nan"):
        Parameter("gap", float("nan"), "")


@pytest.mark.parametrize("field", ["product", "transposed_product"])
def test_a_product_that_is_no_function_is_refused(field):
    with pytest.raises(TypeError, match=f"^{field} of mine must be a function, got 3"):
        Estimator("mine", **{"product": identity, field: 3})


def test_jacobians_that_are_not_those_of_the_product_are_refused():
    with pytest.raises(TypeError, match=r"^jacobians of mine must be Jacobians, got 3"):
        Estimator("mine", identity, jacobians=3)
    with pytest.raises(ValueError, match=r"^jacobians of mine are not those of its product"):
        Estimator("mine", identity, jacobians=Jacobians(pi=1.0))
    with pytest.raises(ValueError, match=r"^jacobians of mine have the gap 'gap', which must be"):
        Estimator("mine", identity, jacobians=Jacobians(pi_tau=1.0, gap="gap"))


def test_a_missing_product_is_refused():
    with pytest.raises(TypeError, match=r"^product of mine must be a function, got None"):
        Estimator("mine", None)


def test_parameters_that_are_none_are_refused():
    with pytest.raises(TypeError, match="parameters of mine must be Parameters, got 'gap'"):
        Estimator("mine", identity, parameters=("gap",))


def test_two_parameters_of_one_name_are_refused():
    gap = Parameter("gap", 1.0, "")
    with pytest.raises(ValueError, match=r"parameters of mine must have different names"):
        Estimator("mine", identity, parameters=(gap, gap))


@pytest.mark.parametrize(("least", "greatest"), [(2.0, 1.0), (0.0, 0.0), (-2.0, -1.0)])
def test_an_empty_range_of_temperatures_is_refused(least, greatest):
    with pytest.raises(ValueError, match=r"mine accepts no temperature: least_tau is .*greatest"):
        Estimator("mine", identity, least_tau=least, greatest_tau=greatest)


@pytest.mark.parametrize("size", [0, -1])
def test_a_greatest_size_below_one_is_refused(size):
    with pytest.raises(ValueError, match=f"greatest_size of mine must be at least 1, got {size}"):
        Estimator("mine", identity, greatest_size=size)


def test_a_product_that_is_not_symmetric_needs_its_transpose():
    with pytest.raises(ValueError, match="transposed_product of mine is missing: product is not"):
        Estimator("mine", lopsided)
    Estimator("mine", lopsided, transposed_product=identity)


@pytest.mark.parametrize("name", estimators.__all__)
def test_whether_a_product_of_the_family_is_symmetric_is_seen(name):
    """Also at other temperatures than 1, with hyper-parameters, with noise in the product."""
    record = getattr(estimators, name)
    fields = {field: getattr(record, field) for field in record.__dataclass_fields__}
    fields["transposed_product"] = None
    if record.transposed_product is None:
        Estimator(**fields)
    else:
        with pytest.raises(ValueError, match="transposed_product"):
            Estimator(**fields)


def test_a_product_that_does_not_run_in_numpy_is_taken_at_its_word():
    def elsewhere(xp, residuals, vector, tau):
        raise NotImplementedError("in one framework only")

    assert Estimator("elsewhere", elsewhere).pushforward_product is elsewhere


def test_forward_tau_of_a_user_is_the_temperature_of_the_distribution():
    """Its residuals and its ``tau`` are then those of logits / forward_tau."""
    seen = []

    def product(xp, residuals, vector, tau, *, forward_tau):
        seen.append((residuals, tau, forward_tau))
        return vector

    record = Estimator("mine", product, parameters=(Parameter(FORWARD_TAU, 1.0, ""),))
    logits = np.log([[1.0, 4.0, 16.0]])
    (_, soft), derivative = bind(record)(logits, 3.0, forward_tau=2.0)
    derivative.pullback(logits)
    residuals, tau, forward_tau = seen[-1]
    assert (tau, forward_tau) == (1.5, 2.0)
    np.testing.assert_allclose(soft, np.array([[1.0, 2.0, 4.0]]) / 7, rtol=1e-15)
    np.testing.assert_allclose(np.exp(residuals.logits), [[0.25, 0.5, 1.0]], rtol=1e-15)
    np.testing.assert_array_equal(residuals.soft, soft)
