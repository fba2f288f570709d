"""The step that TensorFlow takes in its own way gives what the generic step of the core gives."""

from __future__ import annotations

import types

import numpy as np
import pytest
import tensorflow as tf

from reinmax_multi import _draw
from reinmax_multi.tf import _namespace as native

GENERIC = types.SimpleNamespace(**{name: getattr(native, name) for name in native.__all__})


def test_every_native_step_is_compared():
    """The other one is compared by the derivatives of every conformance test."""
    names = {name for name in vars(native) if name.startswith("native_")}
    assert names == {"native_rank", "native_transposition"}


@pytest.mark.parametrize("size", [1, 2, 33, 64, 65, 1000])
def test_rank(size):
    generator = np.random.default_rng(size)
    rows = tf.constant(generator.dirichlet(np.full(size, 0.3), 500), tf.float32)
    noise = generator.integers(_draw.GRID, size=(500, 1))
    noise[:2, 0] = 0, _draw.GRID - 1
    expected = _draw._choose(GENERIC, rows, tf.constant(noise)).numpy()
    assert np.array_equal(_draw._choose(native, rows, tf.constant(noise)).numpy(), expected)
    assert len(np.unique(expected)) > min(size, 20) / 2
