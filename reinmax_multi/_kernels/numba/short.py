"""Both passes over rows that are drawn in one stage, a tile of rows at a time, categories first.

A loop along a row of a few categories has no use for vector instructions. So a tile is turned when
it is loaded: what lies side by side belongs to different rows, and a loop over the lanes has
neither a branch nor a reduction. Lanes beyond the last row compute with what was there before.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ..._core.grid import GRID
from .caching import VERSION, kernel
from .floats import Number, exponential, f4, i4, tempered
from .memory import WIDE, Array, indices_at, narrowed, rows_at, widened

LANES = 128
FEW = 4
"""Up to so many categories, a loop along the row costs more than the strides of one across it."""


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
    draws, given = indices_at(noise, last), indices_at(sample, last)
    categories = indices_at(index, last)
    tile = np.empty((size, LANES), working.dtype)
    total, off_value = np.empty(LANES, working.dtype), np.empty(LANES, working.dtype)
    place = np.empty(LANES, np.int32)
    for start in range(first, last, LANES):
        count = min(LANES, last - start)
        _load(tile, theta, start, count, kind)
        _weigh(tile, total, forward_tau, 0.0, count)
        _divide(tile, total, count)
        off_value[:] = total - total
        if sample != 0:
            _take(place, off_value, given, start, count, size)
        else:
            _draw(place, tile, draws, start, count)
        _store(y_soft, tile, start, count, kind, like)
        for lane in range(count):
            row = start + lane
            categories[row] = place[lane]
            for k in range(size):
                y_hard[row, k] = narrowed(off_value[lane], kind, like)
            y_hard[row, place[lane]] = narrowed(off_value[lane] + f4(1), kind, like)


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
    tiles = np.empty((4, size, LANES), working.dtype)
    q, pi, c, product = tiles[0], tiles[1], tiles[2], tiles[3]
    total, place = np.empty(LANES, working.dtype), np.empty(LANES, np.int32)
    for start in range(first, last, LANES):
        count = min(LANES, last - start)
        for lane in range(count):
            place[lane] = categories[start + lane]
        product[:] = 0
        if of_pi != 0 or of_mean_pi != 0 or soft_cotangent != 0:
            if kind == WIDE:
                _load(pi, y_soft, start, count, kind)
            else:
                _load(pi, theta, start, count, kind)
                _weigh(pi, total, forward_tau, 0.0, count)
                _divide(pi, total, count)
        if hard_cotangent != 0:
            _load(c, g, start, count, kind)
            _centre(c, place, count)
            if of_q != 0:
                _load(q, theta, start, count, kind)
                _weigh(q, total, tau, cap, count)
                if cap < 0:
                    _lift(q, total, place, count)
                for lane in range(count):
                    poison = widened(y_soft[start + lane, 0], kind)
                    total[lane] += poison - poison
                _divide(q, total, count)
                _add_product(product, q, c, of_q, of_mean_q, count)
            if of_pi != 0 or of_mean_pi != 0:
                _add_product(product, pi, c, of_pi, of_mean_pi, count)
        if soft_cotangent != 0:
            _load(c, h, start, count, kind)
            _centre(c, place, count)
            _add_product(product, pi, c, of_soft, of_soft, count)
        _to_sample(product, place, count)
        _store(result, product, start, count, kind, like)


@njit
def _load(tile: Array, rows: Array, start: int, count: int, kind: int) -> None:
    if len(tile) <= FEW:
        for k in range(len(tile)):
            for lane in range(count):
                tile[k, lane] = widened(rows[start + lane, k], kind)
        return
    for lane in range(count):
        for k in range(len(tile)):
            tile[k, lane] = widened(rows[start + lane, k], kind)


@njit
def _store(rows: Array, tile: Array, start: int, count: int, kind: int, like: Array) -> None:
    if len(tile) <= FEW:
        for k in range(len(tile)):
            for lane in range(count):
                rows[start + lane, k] = narrowed(tile[k, lane], kind, like)
        return
    for lane in range(count):
        for k in range(len(tile)):
            rows[start + lane, k] = narrowed(tile[k, lane], kind, like)


@njit
def _weigh(tile: Array, total: Array, tau: float, cap: float, count: int) -> None:
    """The weights of softmax(logits / tau) in place of the logits, and their sums in ``total``.

    The largest that a logit less the largest one may be is ``cap``. Without one and without a
    temperature, the shift is that of :func:`.._core.algebra.unnormalised`.
    """
    peak = tile[0].copy()
    for k in range(1, len(tile)):
        for lane in range(count):
            peak[lane] = tile[k, lane] if tile[k, lane] > peak[lane] else peak[lane]
    total[:] = 0
    if tau != 1 or cap < 0:
        for k in range(len(tile)):
            for lane in range(count):
                tile[k, lane] = tempered(tile[k, lane], peak[lane], cap, tau)
                total[lane] += tile[k, lane]
        return
    safe = 64.0 if tile.itemsize == 4 else 640.0
    for lane in range(count):
        inside = 0.0 if peak[lane] < 0 else peak[lane]
        peak[lane] = np.rint(peak[lane] - (safe if inside > safe else inside))
    for k in range(len(tile)):
        for lane in range(count):
            tile[k, lane] = exponential(tile[k, lane] - peak[lane])
            total[lane] += tile[k, lane]


@njit
def _lift(tile: Array, total: Array, place: Array, count: int) -> None:
    """The sample has the largest weight, 1."""
    for lane in range(count):
        total[lane] += f4(1) - tile[place[lane], lane]
        tile[place[lane], lane] = 1


@njit(error_model="numpy")
def _divide(tile: Array, total: Array, count: int) -> None:
    for k in range(len(tile)):
        for lane in range(count):
            tile[k, lane] /= total[lane]


@njit
def _cells(share: Number) -> Number:
    """The cells of a share; none of NaN, whose conversion to a whole number is undefined."""
    return i4(np.rint((share if share == share else f4(0)) * f4(GRID)))


@njit
def _draw(place: Array, shares: Array, noise: Array, start: int, count: int) -> None:
    """The category of each lane; see :mod:`.._core.draw`."""
    ends, target = np.zeros(LANES, np.int32), np.zeros(LANES, np.int32)
    for k in range(len(shares)):
        for lane in range(count):
            ends[lane] += _cells(shares[k, lane])
    for lane in range(count):
        target[lane] = noise[start + lane] * ends[lane] // GRID
    ends[:], place[:] = 0, 0
    for k in range(len(shares) - 1):
        for lane in range(count):
            ends[lane] += _cells(shares[k, lane])
            place[lane] += i4(1) if ends[lane] <= target[lane] else i4(0)


@njit
def _take(place: Array, off_value: Array, given: Array, start: int, count: int, size: int) -> None:
    """The category that is given, or the nearest one, with NaN for its row."""
    for lane in range(count):
        place[lane] = min(max(given[start + lane], 0), size - 1)
        if place[lane] != given[start + lane]:
            off_value[lane] = np.nan


@njit
def _centre(tile: Array, place: Array, count: int) -> None:
    """B v = v - v_I."""
    at_sample = np.empty(LANES, tile.dtype)
    for lane in range(count):
        at_sample[lane] = tile[place[lane], lane]
    for k in range(len(tile)):
        for lane in range(count):
            tile[k, lane] -= at_sample[lane]


@njit(fastmath={"contract"})
def _add_product(
    product: Array, q: Array, c: Array, factor: float, of_mean: float, count: int
) -> None:
    """Adds q * (factor c - of_mean <q, c>)."""
    mean = np.zeros(LANES, q.dtype)
    if of_mean != 0:
        for k in range(len(q)):
            for lane in range(count):
                mean[lane] += q[k, lane] * c[k, lane]
        for lane in range(count):
            mean[lane] *= of_mean
    by = q.dtype.type(factor)
    for k in range(len(q)):
        for lane in range(count):
            product[k, lane] += q[k, lane] * (by * c[k, lane] - mean[lane])


@njit
def _to_sample(product: Array, place: Array, count: int) -> None:
    """The entry of the sample is what makes the row sum to 0; that of an only category is there, as
    0 or NaN.
    """
    if len(product) == 1:
        return
    rest = np.zeros(LANES, product.dtype)
    for k in range(len(product)):
        for lane in range(count):
            rest[lane] -= f4(0) if k == place[lane] else product[k, lane]
    for lane in range(count):
        product[place[lane], lane] = rest[lane]
