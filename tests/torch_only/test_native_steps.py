"""PyTorch's own kernels for single steps give what the generic steps of the core give."""

from __future__ import annotations

import math
import types

import pytest
import torch

from reinmax_multi import _draw, _math
from reinmax_multi.torch import _namespace as native

GENERIC = types.SimpleNamespace(**{name: getattr(native, name) for name in native.__all__})
NAMES = {name for name in vars(native) if name.startswith("native_")}

each_size = pytest.mark.parametrize("size", [1, 2, 33, 1000])


def problem(size):
    """Float64 rows, their categories and one index each; the last rows have no distribution."""
    generator = torch.Generator().manual_seed(size)
    rows = 3 * torch.randn(8, size, dtype=torch.float64, generator=generator)
    rows[4:] = torch.where(torch.rand(4, size, generator=generator) < 0.5, -math.inf, rows[4:])
    rows[-3:, 0] = torch.tensor([math.nan, math.inf, -math.inf])
    index = torch.randint(0, size, (8, 1), generator=generator)
    return rows, torch.arange(size), index


def test_every_native_step_is_compared_here():
    compared = {"native_softmax", "native_add_at", "native_one_hot", "native_locate"}
    assert compared == NAMES
    assert not any(hasattr(GENERIC, name) for name in NAMES)


@each_size
@pytest.mark.parametrize("tau", [None, 0.5, 3.0])
def test_softmax(size, tau):
    rows, _, _ = problem(size)
    expected = _math.softmax(GENERIC, rows, tau)
    torch.testing.assert_close(
        _math.softmax(native, rows, tau), expected, rtol=1e-14, atol=0, equal_nan=True
    )


@each_size
def test_to_sample(size):
    rows, categories, index = problem(size)
    vector = rows.nan_to_num(neginf=-5.0, posinf=5.0)
    expected = _math.to_sample(GENERIC, vector, index, categories)
    assert torch.equal(_math.to_sample(native, vector, index, categories), expected)


@each_size
def test_one_hot(size):
    _, categories, index = problem(size)
    cold = torch.tensor([0.0, math.nan] * 4)[:, None]
    expected = _math.one_hot(GENERIC, cold, index, categories)
    result = _math.one_hot(native, cold, index, categories)
    torch.testing.assert_close(result, expected, rtol=0, atol=0, equal_nan=True)


@each_size
def test_draw(size):
    rows, categories, _ = problem(size)
    shares = _math.softmax(GENERIC, rows[:-3])
    repeated = shares.expand(500, *shares.shape)
    shape = (*repeated.shape[:-1], _draw.stages(size))
    generator = torch.Generator().manual_seed(size)
    noise = torch.randint(0, _draw.GRID, shape, dtype=torch.int32, generator=generator)
    noise[0], noise[1] = 0, _draw.GRID - 1
    expected = _draw.draw(GENERIC, repeated, noise, categories)
    assert torch.equal(_draw.draw(native, repeated, noise, categories), expected)


@each_size
def test_a_draw_from_no_distribution_stays_in_range(size):
    shares = torch.full((1, size), math.nan)
    noise = torch.full((1, _draw.stages(size)), _draw.GRID - 1, dtype=torch.int32)
    drawn = _draw.draw(native, shares, noise, torch.arange(size))
    assert 0 <= drawn.item() < size
