"""Promise: what Keras 3 calls a variable stands for its array, on each of its back ends."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import backends


@pytest.fixture
def keras(sheet: backends.Sheet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Keras on the framework under test, which it reads from the environment once."""
    monkeypatch.setitem(os.environ, "KERAS_BACKEND", sheet.module)
    library = importlib.import_module("keras")
    assert library.backend.backend() == sheet.module
    return library


@pytest.mark.parametrize("name", ["reinmax", "gumbel_rao"])
def test_variables_are_taken_as_logits_and_as_temperature(driver: Any, keras: Any, name: str):
    values = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    logits, tau = keras.Variable(values), keras.Variable(1.5)
    sample = driver.asarray(np.array([4, 0, 2]), "int64")
    bound, options = getattr(driver.package, name), driver.randomness(0)
    result = bound(logits, tau, sample=sample, **options)
    expected = bound(driver.asarray(values, "float32"), 1.5, sample=sample, **options)
    for part, same in zip(result, expected, strict=True):
        assert np.array_equal(driver.to_numpy(part), driver.to_numpy(same))


def test_a_weight_of_a_layer_is_a_temperature(driver: Any, keras: Any):
    class Sampler(keras.layers.Layer):
        def build(self, _: Any) -> None:
            self.shift = self.add_weight(shape=(5,), initializer="zeros")
            self.tau = self.add_weight(shape=(), initializer="ones", trainable=False)

        def call(self, logits: Any) -> Any:
            hard, soft = driver.package.reinmax(logits, self.tau, **driver.randomness(1))
            return keras.ops.sum((hard - 0.45) ** 4) + keras.ops.sum(soft**3) + self.shift

    layer = Sampler()
    layer.build((3, 5))
    values = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    assert np.isfinite(driver.to_numpy(layer(driver.asarray(values, "float32")))).all()


@pytest.mark.parametrize("argument", ["logits", "tau"])
def test_a_symbolic_tensor_is_refused_with_the_remedy(driver: Any, keras: Any, argument: str):
    symbolic = keras.Input((5,))
    logits = driver.asarray(np.zeros((3, 5)), "float32")
    arguments = {"logits": logits, "tau": 1.0, argument: symbolic}
    with pytest.raises(TypeError, match=rf"{argument} must be an array.*call method of a keras"):
        driver.package.reinmax(**arguments, **driver.randomness(0))
