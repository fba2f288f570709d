"""Promise: a masked row that has a distribution passes TensorFlow's check of all operations."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import reinmax_multi.tf
from reinmax_multi import estimators

MASKED = [1, 4]


@pytest.fixture(autouse=True)
def _every_operation_is_checked():
    tf.debugging.enable_check_numerics()
    yield
    tf.debugging.disable_check_numerics()


def masked(shape, axis, dtype):
    logits = np.random.default_rng(0).normal(size=shape)
    np.moveaxis(logits, axis, -1)[..., MASKED] = -np.inf
    return tf.constant(logits, dtype)


def gradient_of(name, tau, axis):
    def gradient(logits, weights):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            hard, soft = getattr(reinmax_multi.tf, name)(logits, tau, seed=3, axis=axis)
            loss = tf.reduce_sum(weights * (hard**3 + soft**2))
        return tape.gradient(loss, logits)

    return gradient


@pytest.mark.parametrize("mode", [lambda function: function, tf.function], ids=["eager", "graph"])
@pytest.mark.parametrize(
    ("shape", "axis", "dtype"),
    [((4, 6), -1, "float32"), ((6, 4), 0, "float16"), ((2, 70), -1, "float64")],
)
@pytest.mark.parametrize("name", estimators.__all__)
def test_masked_logits_pass(name, shape, axis, dtype, mode):
    record = getattr(estimators, name)
    logits = masked(shape, axis, dtype)
    weights = tf.constant(np.random.default_rng(1).normal(size=shape), dtype)
    for tau in {record.least_tau or 0.3, min(record.greatest_tau, 1.5)}:
        gradient = mode(gradient_of(name, tau, axis))(logits, weights).numpy()
        assert np.isfinite(gradient).all()
        assert not np.moveaxis(gradient, axis, -1)[..., MASKED].any()


def test_the_check_sees_an_infinity():
    with pytest.raises(tf.errors.InvalidArgumentError, match="Detected Infinity"):
        masked((4, 6), -1, "float32") - 1.0


@pytest.mark.parametrize("mode", [lambda function: function, tf.function], ids=["eager", "graph"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", ["reinmax", "gumbel_rao", "decoupled_straight_through"])
def test_certain_binary_variables_pass(name, dtype, mode):
    def sampled(logits):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            hard, soft = getattr(reinmax_multi.tf.bernoulli, name)(logits, 1.5, seed=3)
            loss = tf.reduce_sum(hard**3 + soft**2)
        return hard, tape.gradient(loss, logits)

    hard, gradient = mode(sampled)(tf.constant([np.inf, -np.inf, 0.5], dtype))
    assert hard.numpy().tolist()[:2] == [1.0, 0.0]
    assert gradient.numpy().tolist()[:2] == [0.0, 0.0]
    assert np.isfinite(gradient.numpy()).all()
