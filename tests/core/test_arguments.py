"""Argument errors name the argument, what was given and the remedy; on the reference adapter."""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest

from reinmax_multi import estimators
from reinmax_multi.numpy import reinmax, straight_through

LOGITS = np.zeros((2, 3))
SAMPLE = np.array([0, 2])

both = pytest.mark.parametrize(
    "bound", [reinmax, straight_through], ids=lambda bound: bound.__name__
)


@both
@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "bool", "complex64", "complex128"])
def test_logits_of_a_dtype_that_is_not_floating_are_refused_by_name(bound, dtype):
    with pytest.raises(TypeError, match=f"logits must have a floating dtype.*got {dtype}: cast"):
        bound(np.zeros((2, 3), dtype))


@both
@pytest.mark.parametrize("logits", [[0.0, 1.0], 1.0, None, "logits"], ids=str)
def test_logits_that_are_no_array_are_refused(bound, logits):
    with pytest.raises(TypeError, match=f"logits must be an array, got {type(logits).__name__}: "):
        bound(logits)


@both
def test_scalar_logits_are_refused(bound):
    with pytest.raises(ValueError, match=r"logits must have at least one axis, got a scalar.*axis"):
        bound(np.zeros(()))


@both
@pytest.mark.parametrize("axis", [2, -3, 7])
def test_axis_out_of_range_is_refused_with_the_range(bound, axis):
    with pytest.raises(ValueError, match=rf"axis={axis} is out of range.*rank 2: use -2 to 1"):
        bound(LOGITS, axis=axis)


@both
@pytest.mark.parametrize("axis", [None, 1.0, True, (0,), "last"], ids=str)
def test_axis_that_is_no_int_is_refused(bound, axis):
    with pytest.raises(TypeError, match="axis must be an int, got "):
        bound(LOGITS, axis=axis)


@both
@pytest.mark.parametrize(("shape", "axis"), [((2, 0), -1), ((0, 3), 0), ((2, 0, 3), 1)])
def test_no_categories_are_refused(bound, shape, axis):
    with pytest.raises(
        ValueError, match=r"no categories: their size along axis=-. is 0.*at least 1"
    ):
        bound(np.zeros(shape), axis=axis)


@pytest.mark.parametrize("tau", [0.0, -1.0, np.nan, np.inf, -np.inf, np.float32(0.0), 0])
@both
def test_tau_that_is_not_positive_and_finite_is_refused(bound, tau):
    advice = getattr(estimators, bound.__name__).advice
    with pytest.raises(ValueError, match="tau must be positive and finite, got ") as caught:
        bound(LOGITS, tau)
    assert advice in str(caught.value)


@pytest.mark.parametrize("tau", [2.0**-127, 2.0**128, 10**300])
@both
def test_tau_that_float32_cannot_hold_is_refused(bound, tau):
    with pytest.raises(ValueError, match=r"tau must be a normal number of float32.*, got "):
        bound(LOGITS, tau)


def test_the_extreme_temperatures_of_float32_are_accepted():
    straight_through(LOGITS, 2.0**-126)
    straight_through(LOGITS, 2.0**127)


@pytest.mark.parametrize("tau", [0.5, 0.999, np.float64(0.25)])
def test_tau_below_one_is_refused_by_reinmax_with_the_reason(tau):
    with pytest.raises(ValueError, match=r"tau must be at least 1\.0 for reinmax, got ") as caught:
        reinmax(LOGITS, tau)
    assert estimators.reinmax.advice in str(caught.value)
    straight_through(LOGITS, tau)


@both
@pytest.mark.parametrize("tau", ["1", None, True, 1j, [1.0]], ids=str)
def test_tau_that_is_no_number_is_refused(bound, tau):
    with pytest.raises(TypeError, match=f"tau must be a real number.*got {type(tau).__name__}: "):
        bound(LOGITS, tau)


@both
def test_tau_array_of_several_elements_or_that_is_not_real_is_refused(bound):
    with pytest.raises(ValueError, match=r"tau must be one number, or one for .* shape \(2,\)"):
        bound(LOGITS, np.ones(2))
    with pytest.raises(TypeError, match="tau must have a floating or integer dtype, got bool: "):
        bound(LOGITS, np.asarray(True))


@both
def test_tau_is_accepted_in_every_form_of_a_real_number(bound):
    for tau in (1, 2, 1.5, np.float32(1.5), np.float64(2.0), np.int64(2), np.asarray(1.5)):
        bound(LOGITS, tau)
    for tau in (np.asarray(2), np.ones(1), np.full((1, 1), 1.5)):
        bound(LOGITS, tau)


@both
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 1), (2, 3)], ids=str)
def test_sample_of_another_shape_is_refused_with_both_shapes(bound, shape):
    with pytest.raises(ValueError, match=r"sample must have the shape.*axis=-1") as caught:
        bound(LOGITS, sample=np.zeros(shape, np.int64))
    assert "(2,), got" in str(caught.value)
    assert f"got {shape}" in str(caught.value)


@both
@pytest.mark.parametrize("dtype", ["float32", "float64", "bool", "complex64"])
def test_sample_of_a_dtype_that_is_not_integer_is_refused_by_name(bound, dtype):
    with pytest.raises(TypeError, match=f"sample must have an integer dtype, got {dtype}: "):
        bound(LOGITS, sample=SAMPLE.astype(dtype))


@both
@pytest.mark.parametrize("sample", [[0, 2], 0, "02"], ids=str)
def test_sample_that_is_no_array_is_refused(bound, sample):
    with pytest.raises(TypeError, match=f"sample must be an array, got {type(sample).__name__}: "):
        bound(LOGITS, sample=sample)


@both
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint32", "int64"])
def test_sample_is_accepted_in_every_integer_dtype(bound, dtype):
    (hard, _), _ = bound(LOGITS, sample=SAMPLE.astype(dtype))
    assert hard.tolist() == [[1, 0, 0], [0, 0, 1]]


@both
@pytest.mark.parametrize("outside", [-1, 3, 100, -(2**40), 2**40])
def test_sample_out_of_range_makes_its_row_nan(bound, outside):
    (hard, soft), _ = bound(LOGITS, sample=np.array([outside, 2]))
    assert np.isnan(hard[0]).all()
    assert hard[1].tolist() == [0, 0, 1]
    assert np.isfinite(soft).all()


@both
def test_a_pullback_of_nothing_is_refused(bound):
    _, derivative = bound(LOGITS, sample=SAMPLE)
    with pytest.raises(ValueError, match="hard_cotangent, soft_cotangent or both"):
        derivative.pullback()


@both
def test_a_pullback_of_what_is_no_array_of_the_logits_shape_is_refused(bound):
    _, derivative = bound(LOGITS.T, axis=0, sample=SAMPLE)
    calls = {
        "hard_cotangent": lambda vector: derivative.pullback(vector),
        "soft_cotangent": lambda vector: derivative.pullback(None, vector),
        "tangent": derivative.pushforward,
    }
    for argument, call in calls.items():
        call(LOGITS.T)
        with pytest.raises(TypeError, match=f"^{argument} must be an array, got list: wrap"):
            call([1.0])
        with pytest.raises(TypeError, match=f"^{argument} must be an array of the library"):
            call(array_api_strict.zeros((3, 2)))
        with pytest.raises(TypeError, match=f"^{argument} must have a floating dtype.*got int64"):
            call(np.zeros((3, 2), "int64"))
        with pytest.raises(ValueError, match=f"^{argument} must have the shape.*, got .2, 3.$"):
            call(LOGITS)
