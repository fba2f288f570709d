"""Both passes over rows that are drawn in two stages, one row at a time.

What a pass makes of a row waits in a buffer, which the caches hold, for the total that divides it:
so what it reads and writes of memory, it reads and writes about once. Sums may be taken in any
order ("reassoc"), or they would have no use for vector instructions.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ..._core.grid import GRID
from .caching import VERSION, kernel
from .floats import exponential, f4, i4, number_of, ordered, tempered
from .memory import WIDE, Array, indices_at, narrowed, rows_at, widened


@kernel
def forward(
    like: Array,
    working: Array,
    kind: int,
    logits: int,
    noise: int,
    sample: int,
    hard: int,
    soft: int,
    index: int,
    size: int,
    forward_tau: float,
    first: int,
    last: int,
    version: int = VERSION,
) -> None:
    """The rows from ``first`` to ``last`` of :func:`.._core.gradient.forward`."""
    theta = rows_at(logits, last, size, like)
    y_hard, y_soft = rows_at(hard, last, size, like), rows_at(soft, last, size, like)
    draws, given = indices_at(noise, 2 * last), indices_at(sample, last)
    categories = indices_at(index, last)
    width = _block_width(size)
    blocks = np.empty((size - 1) // width + 1, working.dtype)
    padded = np.zeros(len(blocks) * width, working.dtype)
    pi, counts = padded[:size], np.empty(width, np.int32)
    for row in range(first, last):
        _load(pi, theta[row], kind)
        _weigh(pi, forward_tau, 0.0)
        _add_blocks(blocks, padded, width)
        total = _sum(blocks)
        _divide(pi, total)
        off_value = total - total
        if sample != 0:
            place = min(max(given[row], 0), size - 1)
            off_value = off_value if place == given[row] else off_value + f4(np.nan)
        else:
            start = width * _draw(blocks, total, draws[2 * row], counts)
            inside = pi[start : start + width]
            place = start + _draw(inside, _sum(inside), draws[2 * row + 1], counts)
        categories[row] = place
        for k in range(size):
            y_soft[row, k] = narrowed(pi[k], kind, like)
            y_hard[row, k] = narrowed(off_value, kind, like)
        y_hard[row, place] = narrowed(off_value + f4(1), kind, like)


@kernel
def pullback(
    like: Array,
    working: Array,
    kind: int,
    logits: int,
    soft: int,
    index: int,
    hard_cotangent: int,
    soft_cotangent: int,
    out: int,
    size: int,
    of_q: float,
    of_mean_q: float,
    of_pi: float,
    of_mean_pi: float,
    of_soft: float,
    tau: float,
    cap: float,
    forward_tau: float,
    first: int,
    last: int,
    version: int = VERSION,
) -> None:
    """The same of :func:`.._core.gradient.pullback`, in the numbers of :mod:`.coefficients`."""
    theta, y_soft = rows_at(logits, last, size, like), rows_at(soft, last, size, like)
    g, h = rows_at(hard_cotangent, last, size, like), rows_at(soft_cotangent, last, size, like)
    categories, result = indices_at(index, last), rows_at(out, last, size, like)
    buffers = np.empty((4, size), working.dtype)
    q, pi, c, product = buffers[0], buffers[1], buffers[2], buffers[3]
    for row in range(first, last):
        place = categories[row]
        product[:] = 0
        if of_pi != 0 or of_mean_pi != 0 or soft_cotangent != 0:
            if kind == WIDE:
                _load(pi, y_soft[row], kind)
            else:
                _load(pi, theta[row], kind)
                _divide(pi, _weigh(pi, forward_tau, 0.0))
        if hard_cotangent != 0:
            _load(c, g[row], kind)
            _centre(c, c[place])
            if of_q != 0:
                _load(q, theta[row], kind)
                total = _weigh(q, tau, cap)
                if cap < 0:  # the sample has the largest weight, 1
                    total += f4(1) - q[place]
                    q[place] = 1
                poison = widened(y_soft[row, 0], kind)
                _divide(q, total + (poison - poison))
                _add_product(product, q, c, of_q, of_mean_q)
            if of_pi != 0 or of_mean_pi != 0:
                _add_product(product, pi, c, of_pi, of_mean_pi)
        if soft_cotangent != 0:
            _load(c, h[row], kind)
            _centre(c, c[place])
            _add_product(product, pi, c, of_soft, of_soft)
        product[place] = 0
        product[place] = -_sum(product)
        for k in range(size):
            result[row, k] = narrowed(product[k], kind, like)


@njit
def _load(buffer: Array, row: Array, kind: int) -> None:
    for k in range(len(buffer)):
        buffer[k] = widened(row[k], kind)


@njit
def _block_width(size: int) -> int:
    """As :func:`.._core.draw.block_width`."""
    width = 1
    while width * width < size:
        width *= 2
    return width


@njit
def _peak(row: Array) -> float:
    """The largest number; its place among whole numbers is that of its bits."""
    top = ordered(row[0])
    for k in range(1, len(row)):
        top = max(top, ordered(row[k]))
    return number_of(top)


@njit(fastmath={"reassoc"})
def _weigh(row: Array, tau: float, cap: float) -> float:
    """The weights of softmax(logits / tau) in place of the logits, and their sum.

    The largest that a logit less the largest one may be is ``cap``. Without one and without a
    temperature, the shift is that of :func:`.._core.algebra.unnormalised`.
    """
    peak, total = _peak(row), row.dtype.type(0)
    if tau != 1 or cap < 0:
        for k in range(len(row)):
            row[k] = tempered(row[k], peak, cap, tau)
            total += row[k]
        return total
    safe = f4(64) if row.itemsize == 4 else f4(640)
    inside = f4(0) if peak < f4(0) else peak
    shift = row.dtype.type(np.rint(peak - (safe if inside > safe else inside)))
    for k in range(len(row)):
        row[k] = exponential(row[k] - shift)
        total += row[k]
    return total


@njit(fastmath={"reassoc"})
def _add_blocks(blocks: Array, row: Array, width: int) -> None:
    """The sums of ``width`` neighbours each: of 16, in a loop that LLVM unrolls, and of those."""
    at = 0
    for block in range(len(blocks)):
        total = row.dtype.type(0)
        for _ in range(width // 16):
            for k in range(16):
                total += row[at + k]
            at += 16
        blocks[block] = total


@njit(error_model="numpy")
def _divide(row: Array, total: float) -> None:
    for k in range(len(row)):
        row[k] /= total


@njit
def _draw(shares: Array, by: float, noise: int, counts: Array) -> int:
    """A category by its share over ``by``; see :mod:`.._core.draw`.

    NaN has no cells, for its conversion to a whole number is undefined.
    """
    total = i4(0)
    for k in range(len(shares)):
        share = shares[k] / by
        counts[k] = i4(np.rint((share if share == share else f4(0)) * f4(GRID)))
        total += counts[k]
    target = i4((noise * np.int64(total)) >> 30)
    place, end = 0, i4(0)
    for k in range(len(shares) - 1):
        end += counts[k]
        place += 1 if end <= target else 0
    return place


@njit(fastmath={"reassoc"})
def _sum(row: Array) -> float:
    total = row.dtype.type(0)
    for k in range(len(row)):
        total += row[k]
    return total


@njit
def _centre(row: Array, by: float) -> None:
    for k in range(len(row)):
        row[k] -= by


@njit(fastmath={"reassoc", "contract"})
def _add_product(product: Array, q: Array, c: Array, factor: float, of_mean: float) -> None:
    """Adds q * (factor c - of_mean <q, c>)."""
    mean, by = q.dtype.type(0), q.dtype.type(factor)
    if of_mean != 0:
        for k in range(len(q)):
            mean += q[k] * c[k]
        mean *= q.dtype.type(of_mean)
    for k in range(len(q)):
        product[k] += q[k] * (by * c[k] - mean)
