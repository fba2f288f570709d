"""The linear algebra of the core, against dense matrices, mpmath and exact integers."""

from __future__ import annotations

import math
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinmax_multi._core import algebra
from reinmax_multi._core.namespace import Native
from tests.oracles.dense import jacobian
from tests.oracles.dense import softmax as dense_softmax

from .closeness import assert_close

logits_of_a_row = st.lists(st.floats(-60, 60, width=32), min_size=1, max_size=9)
whole = st.integers(-1000, 1000)


@st.composite
def vectors_and_a_sample(draw, count):
    """``count`` vectors of whole numbers, on which the core's arithmetic is exact, and a sample."""
    size = draw(st.integers(1, 9))
    vectors = [draw(st.lists(whole, min_size=size, max_size=size)) for _ in range(count)]
    return *vectors, draw(st.integers(0, size - 1))


def column(xp, values, dtype="float64"):
    return xp.asarray([[float(x) for x in values]], dtype=getattr(xp, dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(row=logits_of_a_row)
def test_softmax_is_the_quotient_of_exponentials(xp, dtype, row):
    with mpmath.workdps(50):
        weights = [mpmath.exp(mpmath.mpf(x)) for x in row]
        expected = [float(w / mpmath.fsum(weights)) for w in weights]
    actual = algebra.softmax(xp, column(xp, row, dtype))
    assert actual.dtype == getattr(xp, dtype)
    assert_close(actual, [expected], max(expected), dtype)


@given(row=logits_of_a_row, masked=st.integers(1, 5))
def test_softmax_of_a_masked_category_is_zero_and_the_rest_is_unmoved(xp, row, masked):
    free = np.asarray(algebra.softmax(xp, column(xp, row)))
    both = np.asarray(algebra.softmax(xp, column(xp, [*row, *[-math.inf] * masked])))
    assert np.all(both[:, len(row) :] == 0)
    assert_close(both[:, : len(row)], free, free.max())


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize(
    "row", [[0.0, math.nan, 1.0], [math.inf, 0.0, 1.0], [-math.inf] * 3, [math.inf, math.nan, 0.0]]
)
def test_softmax_of_a_row_without_a_distribution_is_nan_and_leaves_the_others(xp, row):
    actual = np.asarray(algebra.softmax(xp, xp.asarray([[0.5, 1.0, 2.0], row, [1.0, -1.0, 0.0]])))
    assert np.isnan(actual[1]).all()
    assert np.isfinite(actual[[0, 2]]).all()


@given(row=logits_of_a_row, vector=st.lists(whole, min_size=9, max_size=9))
def test_softmax_product_is_the_dense_jacobian_times_the_vector(xp, row, vector):
    q, v = dense_softmax(np.array(row)), np.array(vector[: len(row)], np.float64)
    actual = algebra.softmax_product(xp, column(xp, q), column(xp, v))
    assert_close(actual, [jacobian(q) @ v], np.abs(q * np.abs(v).max()).max())


class Transposing(Native):
    transposes = True


@given(row=logits_of_a_row, vector=st.lists(whole, min_size=9, max_size=9))
def test_the_product_that_is_transposed_is_the_jacobian_too(xp, row, vector):
    """The symmetric B^T J B, for frameworks that transpose one mode; relative to each category."""
    names = ("sum", "where", "zeros_like")
    transposing = SimpleNamespace(**{name: getattr(xp, name) for name in names})
    transposing.native = Transposing()
    size = len(row)
    q, v = dense_softmax(np.array(row)), np.array(vector[:size], np.float64)
    rows, centred = np.tile(q, (1, size, 1)), (v - v[:, None])[None]
    categories = xp.arange(size)
    arrays = xp.asarray(rows), xp.asarray(centred), categories[None, :, None], categories
    actual = algebra.centred_softmax_product(transposing, *arrays)
    largest = np.abs(rows * np.abs(centred).max(-1, keepdims=True)).max(-1, keepdims=True)
    assert_close(actual, centred @ jacobian(q), largest)


def test_softmax_product_is_the_derivative_of_softmax(xp):
    theta, v, step = np.array([0.5, -1.0, 2.0, 0.25]), np.array([3.0, -1.0, 0.5, 2.0]), 1e-6
    numeric = (dense_softmax(theta + step * v) - dense_softmax(theta - step * v)) / (2 * step)
    actual = algebra.softmax_product(xp, column(xp, dense_softmax(theta)), column(xp, v))
    assert np.abs(np.asarray(actual) - numeric).max() < 1e-9


@given(case=vectors_and_a_sample(1))
def test_from_sample_subtracts_the_sampled_entry(xp, case):
    vector, sample = case
    actual = algebra.from_sample(xp, column(xp, vector), xp.asarray([[sample]]))
    assert np.asarray(actual).tolist() == [[v - vector[sample] for v in vector]]


@given(case=vectors_and_a_sample(1))
def test_to_sample_takes_the_row_sum_from_the_sampled_entry(xp, case):
    vector, sample = case
    index, categories = xp.asarray([[sample]]), xp.arange(len(vector))
    actual = algebra.to_sample(xp, column(xp, vector), index, categories)
    expected = [v - sum(vector) * (k == sample) for k, v in enumerate(vector)]
    assert np.asarray(actual).tolist() == [expected]
    assert math.fsum(expected) == 0


@given(case=vectors_and_a_sample(2))
def test_from_sample_and_to_sample_are_adjoint(xp, case):
    v, w, sample = case
    index, categories = xp.asarray([[sample]]), xp.arange(len(v))
    forth = np.asarray(algebra.from_sample(xp, column(xp, v), index))
    back = np.asarray(algebra.to_sample(xp, column(xp, w), index, categories))
    assert float(forth[0] @ np.array(w)) == float(np.array(v) @ back[0])


def test_rows_have_their_own_samples(xp):
    vector = xp.asarray([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0]])
    index, categories = xp.asarray([[0], [2]]), xp.arange(3)
    away = np.asarray(algebra.from_sample(xp, vector, index))
    assert away.tolist() == [[0.0, 1.0, 3.0], [-3.0, -2.0, 0.0]]
    back = np.asarray(algebra.to_sample(xp, vector, index, categories))
    assert back.tolist() == [[-6.0, 2.0, 4.0], [1.0, 2.0, -3.0]]


def test_half_dtypes_are_computed_in_float32():
    class Halves:
        float16, bfloat16, float32, float64 = "float16", "bfloat16", "float32", "float64"

    working = {
        name: algebra.working_dtype(Halves, name) for name in vars(Halves) if "float" in name
    }
    assert working == {
        "float16": "float32",
        "bfloat16": "float32",
        "float32": "float32",
        "float64": "float64",
    }
