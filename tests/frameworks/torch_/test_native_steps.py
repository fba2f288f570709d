"""PyTorch's own kernels for single steps give what the generic steps of the core give."""

from __future__ import annotations

import math
import types

import pytest
import torch

from reinmax_multi import Residuals
from reinmax_multi._core import algebra
from reinmax_multi._core import namespace as core
from reinmax_multi._core.hash import log_uniform
from reinmax_multi.torch import _namespace as native

GENERIC = types.SimpleNamespace(**{name: getattr(native, name) for name in native.__all__})
NAMES = {name for name in vars(type(native.native)) if not name.startswith("_")}

each_size = pytest.mark.parametrize("size", [1, 2, 33, 1000])


def problem(size):
    """Float64 rows, their categories and one index each."""
    generator = torch.Generator().manual_seed(size)
    rows = torch.randn(8, size, dtype=torch.float64, generator=generator)
    index = torch.randint(0, size, (8, 1), generator=generator)
    return rows, torch.arange(size), index


def test_every_native_step_is_compared_here():
    """How many samples are pulled back at once, compiled, is in the conformance tests of these."""
    steps = {"add_at", "one_hot", "reached", "settled", "sigmoid"}
    assert {*steps, "samples_at_once"} == NAMES
    assert not hasattr(GENERIC, "native")


@each_size
def test_to_sample(size):
    rows, categories, index = problem(size)
    expected = algebra.to_sample(GENERIC, rows, index, categories)
    assert torch.equal(algebra.to_sample(native, rows, index, categories), expected)


@each_size
def test_one_hot(size):
    _, categories, index = problem(size)
    off_value = torch.tensor([0.0, math.nan] * 4)[:, None]
    expected, result = (
        core.native(xp).one_hot(xp, off_value, index, categories) for xp in (GENERIC, native)
    )
    torch.testing.assert_close(result, expected, rtol=0, atol=0, equal_nan=True)


def test_noise_of_settled_words():
    rows, categories, index = problem(33)
    words = torch.randint(0, 2**30, (8, 2), generator=torch.Generator().manual_seed(0))
    residuals = Residuals(rows, rows, index, categories, words)
    expected = log_uniform(GENERIC, residuals, categories, 5, 3, axis=-1)
    assert torch.equal(log_uniform(native, residuals, categories, 5, 3, axis=-1), expected)
    compiled = torch.compile(lambda: log_uniform(native, residuals, categories, 5, 3, axis=-1))()
    torch.testing.assert_close(compiled, expected)


def test_sigmoid():
    x = torch.cat([torch.linspace(-80, 80, 9999), torch.tensor([math.inf, -math.inf, math.nan])])
    for dtype in (torch.float32, torch.float64):
        expected, result = (core.native(xp).sigmoid(xp, x.to(dtype)) for xp in (GENERIC, native))
        units = 4 * torch.finfo(dtype).eps
        torch.testing.assert_close(result, expected, rtol=units, atol=0, equal_nan=True)


def test_reached():
    x, y = torch.tensor([[0.0, 1.0, 2.0], [math.nan, 1.0, math.inf]]), torch.ones(3)
    expected = core.native(GENERIC).reached(GENERIC, x, y)
    assert expected.tolist() == [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    assert torch.equal(core.native(native).reached(native, x.clone(), y), expected)
