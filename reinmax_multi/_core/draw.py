"""The categorical draw: inverse CDF in whole numbers, exact but for rounding to a grid of 2**30.

A float32 CDF has steps of 6e-8 near 1, need not be monotone, need not end in 1, and a uniform
number can land on the flat step of a category that has probability 0. Counts have none of these
faults: each probability is rounded to a number of grid cells out of 2**30, their running sum is
exact and monotone, and a category without cells cannot be drawn. The noise is a whole number too,
uniform on 0 .. 2**30 - 1, so the same cells and the same noise give the same sample in every
framework. The cells come from the framework's own exponential: two that differ in the last digit
may move a boundary by a cell.

A long row is drawn in two stages, a block of sqrt(K) to 2 sqrt(K) categories and then a category
inside it. Each stage has the full grid to itself and scans that many counts instead of K. A
category is never drawn if its share of its row is at most 2**-31; in a long row, if its share of
its block, or the block's share of the row, is.
"""

from __future__ import annotations

from . import grid
from .namespace import Array, Namespace, native

LONGEST_SINGLE_STAGE = 64


def stages(size: int | None) -> int:
    """How many whole numbers a row of ``size`` categories consumes (None: not known yet)."""
    return 1 if size is None or size <= LONGEST_SINGLE_STAGE else 2


def block_sums(xp: Namespace, weights: Array) -> Array:
    """What the first stage chooses from: the weights, (..., K), or the sums of their blocks."""
    size = weights.shape[-1]
    if stages(size) == 1:
        return weights
    return native(xp).block_sums(xp, weights, block_width(size))


def draw(
    xp: Namespace, probabilities: Array, blocks: Array, noise: Array, categories: Array
) -> Array:
    """Draw one category a row.

    Parameters
    ----------
    probabilities : (..., K) float32 or float64, rows sum to 1 up to rounding
    blocks : their :func:`block_sums`, which also sum to 1
    noise : (..., stages(K)) int32 or int64, uniform on 0 .. GRID - 1
    categories : (K,) 0 .. K - 1 in the integer dtype of the result

    Returns
    -------
    (..., 1) integers in 0 .. K - 1, also for a row that holds NaN

    """
    if noise.shape[-1] == 1:
        return choose(xp, blocks, noise)
    width = block_width(probabilities.shape[-1])
    block = choose(xp, blocks, noise[..., :1])
    return native(xp).within(xp, probabilities, block, width, noise[..., 1:], categories)


def block_width(size: int) -> int:
    """The power of two at or above sqrt(size), found by comparisons that a tracer can follow."""
    width = 1
    while width * width < size:
        width *= 2
    return width


def choose(xp: Namespace, shares: Array, noise: Array) -> Array:
    """The first category whose running count exceeds floor(noise / GRID * all counts)."""
    return native(xp).rank(xp, grid.cells(xp, shares), noise)
