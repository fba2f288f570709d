"""Promise: rows that are spread send nothing, and spread categories some numbers a block."""

from __future__ import annotations

import jax
import pytest
from jax.sharding import AxisType, NamedSharding

from benchmarks.distributed.collectives import collectives
from reinmax_multi import estimators
from reinmax_multi._core.draw import block_width
from tests.distributed.on_jax.problem import P, everything, mesh


def sent(name, devices, split, rows, size):
    array = jax.ShapeDtypeStruct((rows, size), "float32", sharding=NamedSharding(devices, split))
    key = jax.eval_shape(lambda: jax.random.key(0))
    compiled = jax.jit(everything(name)).lower(array, array, array, key).compile()
    return collectives(compiled.as_text())


@pytest.mark.parametrize("kind", [AxisType.Explicit, AxisType.Auto])
@pytest.mark.parametrize("name", ["straight_through", "reinmax", "gumbel_rao", "minimum_variance"])
def test_spread_rows_send_nothing(name, kind):
    assert sent(name, mesh(4, kind=kind), P("rows"), 16, 70) == []


LONG = [(name, 131072) for name in estimators.__all__ if name != "minimum_variance"]
LONG += [("reinmax", 50304)]  # with a block on two devices


@pytest.mark.parametrize(("name", "size"), LONG)
def test_spread_categories_send_blocks_and_no_rows(name, size):
    rows, width = 16, block_width(size)
    blocks = -(-size // width)
    found = sent(name, mesh(1, 4), P(None, "categories"), rows, size)
    assert max(each.elements for each in found) <= rows * (max(blocks, width) + 4)
    assert sum(each.bytes for each in found) <= 0.01 * 2 * 4 * rows * size


def test_automatic_axes_gather_no_rows_either():
    devices = mesh(1, 4, kind=AxisType.Auto)
    found = sent("reinmax", devices, P(None, "categories"), 16, 131072)
    assert max(each.elements for each in found) <= 16 * 512
