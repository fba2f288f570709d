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

from typing import Any

from . import grid
from .namespace import Array, Namespace, native

LONGEST_SINGLE_STAGE = 64


def stages(size: int | None) -> int:
    """How many whole numbers a row of ``size`` categories consumes (None: not known yet)."""
    return 1 if size is None or size <= LONGEST_SINGLE_STAGE else 2


def block_sums(xp: Namespace, weights: Array) -> Array:
    """What the first stage chooses from: the weights, (..., K), or the sums of their blocks."""
    size = native(xp).length(weights)
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
    width = block_width(native(xp).length(probabilities))
    block = choose(xp, blocks, noise[..., :1])
    return native(xp).within(xp, probabilities, block, width, noise[..., 1:], categories)


def draw_several(
    xp: Namespace, probabilities: Array, blocks: Array, noise: Array, categories: Array
) -> Array:
    """Draw several categories a row, each as :func:`draw` does from its noise.

    The counts of a row are added up once, and each sample is found among them in log K steps, so
    the memory that grows with the samples is that of their numbers.

    Parameters
    ----------
    probabilities, blocks, categories : as for :func:`draw`
    noise : (..., samples, stages(K)) int32 or int64, uniform on 0 .. GRID - 1

    Returns
    -------
    (..., samples) integers in 0 .. K - 1, also for a row that holds NaN

    """
    samples = noise.shape[-2]
    if samples == 1 or not native(xp).whole_rows:
        each = [
            draw(xp, probabilities, blocks, noise[..., number, :], categories)
            for number in range(samples)
        ]
        return xp.concat(each, axis=-1)
    size = native(xp).length(probabilities)
    ends = _running_counts(xp, blocks)
    start = xp.zeros_like(xp.astype(noise[..., 0], categories.dtype))
    if noise.shape[-1] == 1:
        return _search(xp, ends, noise[..., 0], start, categories[-1:], size)
    width = block_width(size)
    count = -(-size // width)
    block = _search(xp, ends, noise[..., 0], start, count - 1, count)
    ends = _running_counts(xp, _inside(xp, probabilities, count, width))
    ends = xp.reshape(ends, (*probabilities.shape[:-1], count * width))
    category = _search(xp, ends, noise[..., 1], width * block, width - 1, width)
    return xp.minimum(category, categories[-1:])


def _inside(xp: Namespace, probabilities: Array, count: int, width: int) -> Array:
    """The shares in their blocks, (..., count, width); the last block is filled up with 0."""
    *batch, size = probabilities.shape
    if count * width > size:
        rest = xp.zeros_like(probabilities[..., : count * width - size])
        probabilities = xp.concat([probabilities, rest], axis=-1)
    blocks = xp.reshape(probabilities, (*batch, count, width))
    total = xp.sum(blocks, axis=-1, keepdims=True)
    return blocks / xp.where(total == 0, xp.full_like(total, 1.0), total)


def _running_counts(xp: Namespace, shares: Array) -> Array:
    return xp.cumulative_sum(grid.cells(xp, shares), axis=-1, dtype=xp.int32)


def _search(
    xp: Namespace, ends: Array, noise: Array, start: Array, last: Any, size: int | None
) -> Array:
    """The first place from ``start`` to ``start + last`` whose running count exceeds
    floor(noise * total / GRID), the total being the count at the end. ``size`` is last + 1, or None
    if it is not known yet.
    """
    end = start + last
    target = grid.scale(xp, noise, xp.take_along_axis(ends, end, axis=-1))
    place = start
    bits = 30 if size is None else (size - 1).bit_length()
    for bit in reversed(range(bits)):
        ahead = place + 2**bit
        count = xp.take_along_axis(ends, xp.minimum(ahead - 1, end), axis=-1)
        place = xp.where((ahead <= end) & (count <= target), ahead, place)
    return place


def block_width(size: int) -> int:
    """The power of two at or above sqrt(size), found by comparisons that a tracer can follow."""
    width = 1
    while width * width < size:
        width *= 2
    return width


def choose(xp: Namespace, shares: Array, noise: Array) -> Array:
    """The first category whose running count exceeds floor(noise / GRID * all counts)."""
    return native(xp).rank(xp, grid.cells(xp, shares), noise)
