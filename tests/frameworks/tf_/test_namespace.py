"""Every name of the TensorFlow namespace means in TensorFlow what it means in NumPy."""

from __future__ import annotations

import functools
from collections.abc import Callable

import hypothesis.strategies as st
import ml_dtypes
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings

import backends
from reinmax_multi._core.algebra import softmax
from reinmax_multi.tf import _namespace as xp

from .cases import CASES, Case
from .strategies import FLOATING

NAMES = xp.__all__
ALLOWED = backends.sheet("tf").tolerance["cpu"]

XLA_DROPS_NAN = {"max", "maximum", "minimum"}
"""On a CPU: https://github.com/tensorflow/tensorflow/issues/116992."""

each_mode = pytest.mark.parametrize("mode", ["eager", "graph", "compiled"])


def run(mode: str, function: Callable[..., tf.Tensor], arrays: tuple[np.ndarray, ...]) -> tf.Tensor:
    """In a graph no dimension is known, only the ranks; XLA knows every dimension."""
    tensors = [tf.constant(x) for x in arrays]
    if mode == "eager":
        return function(*tensors)
    if mode == "compiled":
        return tf.function(function, jit_compile=True)(*tensors)
    signature = [tf.TensorSpec([None] * x.ndim, tf.as_dtype(x.dtype)) for x in arrays]
    graph = tf.function(function, input_signature=signature).get_concrete_function()
    result = graph(*tensors)
    assert graph.output_shapes.rank == result.shape.rank
    return result


def comparable(x: np.ndarray) -> np.ndarray:
    """As float64; subnormal numbers as the zeros that TensorFlow may make of them."""
    if x.dtype not in FLOATING:
        return x
    wide = x.astype(float)
    subnormal = np.abs(wide) < float(ml_dtypes.finfo(x.dtype).smallest_normal)
    return np.where(subnormal, np.copysign(0.0, wide), wide)


def assert_agrees(tensor: tf.Tensor, case: Case) -> None:
    assert tensor.dtype.as_numpy_dtype == case.expected.dtype
    assert tensor.shape == case.expected.shape
    actual, expected = comparable(np.asarray(tensor.numpy())), comparable(case.expected)
    if case.rounded:
        rtol = ALLOWED * float(ml_dtypes.finfo(case.expected.dtype).eps)
        np.testing.assert_allclose(actual, expected, rtol=rtol, atol=0)
    else:
        np.testing.assert_array_equal(actual, expected)
    if case.signed_zeros and case.expected.dtype in FLOATING:
        number = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(actual[number]), np.signbit(expected[number]))


def test_every_name_has_cases():
    assert sorted(CASES) == sorted(NAMES)


@each_mode
@pytest.mark.parametrize("name", NAMES)
@settings(derandomize=True, deadline=None, database=None, max_examples=80)
@given(data=st.data())
def test_the_name_agrees_with_numpy(name: str, mode: str, data: st.DataObject):
    with np.errstate(all="ignore"):
        case = data.draw(CASES[name])
    if mode == "compiled" and name in XLA_DROPS_NAN:
        assume(not np.isnan(case.expected.astype(float)).any())
    function = functools.partial(case.call, getattr(xp, name))
    assert_agrees(run(mode, function, case.arguments), case)


@each_mode
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_keeps_a_nan_that_the_maximum_may_drop(mode: str, dtype: str):
    nan, inf = np.nan, np.inf
    poisoned = [[nan, 1, 2], [1, nan, 2], [1, 2, nan], [nan, inf, 1], [nan, -inf, -inf]]
    rows = np.array([*poisoned, [inf, 1, 2], [-inf, -inf, -inf], [0, -inf, 0]], dtype)
    soft = run(mode, functools.partial(softmax, xp), (rows,)).numpy()
    assert np.isnan(soft[:-1]).all()
    np.testing.assert_array_equal(soft[-1], [0.5, 0, 0.5])
