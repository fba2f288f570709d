"""Promise: with given categories a model converts to TFLite with built-in operations, and runs."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import reinmax_multi.tf
from reinmax_multi import estimators


class Model(tf.Module):
    """The most probable category of each row, as a model serves it."""

    def __init__(self, bound):
        self.bound = bound

    @tf.function(input_signature=[tf.TensorSpec((3, 5), tf.float32)])
    def __call__(self, logits):
        return self.bound(logits, sample=tf.argmax(logits, -1))._asdict()


@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
@pytest.mark.parametrize(
    "name", [each for each in estimators.__all__ if not getattr(estimators, each).backward_noise]
)
def test_a_model_converts_and_runs(name):
    model = Model(getattr(reinmax_multi.tf, name))
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [model.__call__.get_concrete_function()], model
    )
    interpreter = tf.lite.Interpreter(model_content=converter.convert())
    logits = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    result = interpreter.get_signature_runner()(logits=logits)
    expected = model(tf.constant(logits))
    np.testing.assert_array_equal(result["y_hard"], expected["y_hard"])
    np.testing.assert_allclose(result["y_soft"], expected["y_soft"], rtol=1e-6)
