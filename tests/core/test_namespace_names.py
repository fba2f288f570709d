"""The core uses exactly the array-API names that the written namespaces offer, in standard ways."""

from __future__ import annotations

import array_api_compat.numpy
import array_api_strict
import numpy as np
import pytest

from reinmax_multi import estimators
from reinmax_multi._core import grid
from reinmax_multi._core.distribution import mode, unimix
from reinmax_multi._core.draw import stages
from reinmax_multi._core.gradient import categories_drawn, forward, pullback, pushforward
from reinmax_multi._core.residuals import Saved
from tests.oracles.settings import SETTINGS

from . import source
from .closeness import assert_close

NAMESPACES = [source.PACKAGE / adapter / "_namespace.py" for adapter in ("torch", "jax", "tf")]
SINGLE, TWO = 5, 70
"""Sizes of rows that are drawn in one stage, and in two with a shorter last block."""

each_namespace = pytest.mark.parametrize("path", NAMESPACES, ids=lambda path: path.parent.name)


class Recorder:
    """A namespace that notes which of its names are asked for."""

    def __init__(self, xp):
        self.xp = xp
        self.names = set()

    def __getattr__(self, name):
        self.names.add(name)
        return getattr(self.xp, name)


def results(xp, native, dtype, size, estimator, tau):
    """All that the core computes for an adapter with ``xp``; ``native`` makes the arrays."""
    generator = np.random.default_rng(size)
    logits, g, h, v = (
        native.asarray(x, dtype=getattr(native, dtype)) for x in generator.normal(size=(4, 3, size))
    )
    noise = generator.integers(grid.GRID, size=(3, stages(size)), dtype=np.int32)
    categories = native.arange(size)
    hard, soft, index = forward(xp, logits, categories, noise=native.asarray(noise))
    again = forward(xp, logits, categories, sample=index)
    words = native.asarray(generator.integers(grid.GRID, size=(3, 2)))
    settings = SETTINGS.get(estimator.name, {})
    saved = Saved(logits, soft, index, words)
    pulled = [
        pullback(xp, estimator, settings, saved, categories, *cotangents, tau)
        for cotangents in ((g, h), (g, None), (None, h))
    ]
    pushed = pushforward(xp, estimator, settings, saved, categories, v, tau)
    several = generator.integers(grid.GRID, size=(3, 4, stages(size)), dtype=np.int32)
    drawn = categories_drawn(xp, logits, categories, native.asarray(several))
    indices = [drawn, mode(xp, logits, categories)]
    mixtures = [unimix(xp, logits, share) for share in (0.0, 0.1)]
    numbers = [xp.astype(each, logits.dtype) for each in indices]
    return [hard, soft, *again[:2], *pulled, *pushed, *numbers, *mixtures]


def every_run(xp, native, dtypes):
    """The results of every way through the core."""
    return {
        (dtype, size, name, tau): results(xp, native, dtype, size, getattr(estimators, name), tau)
        for dtype in dtypes
        for size in (SINGLE, TWO)
        for name in estimators.__all__
        for tau in (1.0, 1.5)
    }


@each_namespace
def test_the_core_uses_every_name_that_is_offered_and_no_other(path):
    recorder = Recorder(array_api_compat.numpy)
    every_run(recorder, array_api_compat.numpy, ["float16", "float32", "float64"])
    assert recorder.names - {"native"} == set(source.exported(path))


@each_namespace
def test_a_namespace_defines_every_name_that_it_offers(path):
    offered = source.exported(path)
    assert offered == sorted(set(offered))
    assert set(offered) <= source.defined(path)


def test_every_name_is_one_of_the_standard():
    for path in NAMESPACES:
        assert all(hasattr(array_api_strict, name) for name in source.exported(path))


def test_the_strict_namespace_accepts_the_core_and_agrees_with_numpy():
    """Without boolean indexing and shapes that depend on data: neither compiles."""
    dtypes = ["float32", "float64"]
    flags = {"boolean_indexing": False, "data_dependent_shapes": False}
    with array_api_strict.ArrayAPIStrictFlags(**flags):
        strict = every_run(array_api_strict, array_api_strict, dtypes)
    expected = every_run(array_api_compat.numpy, array_api_compat.numpy, dtypes)
    for run, values in strict.items():
        dtype = run[0]
        for actual, wanted in zip(values, expected[run], strict=True):
            assert actual.dtype == getattr(array_api_strict, dtype)
            assert_close(actual, wanted, np.abs(wanted).max(-1, keepdims=True), dtype)


def test_half_precision_comes_back_in_half_precision():
    for (dtype, *_), values in every_run(
        array_api_compat.numpy, array_api_compat.numpy, ["float16", "float32", "float64"]
    ).items():
        assert {value.dtype.name for value in values} == {dtype}
