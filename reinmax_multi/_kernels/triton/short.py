"""Both passes over rows that a program takes whole, (R, B): R rows of B >= K columns."""

from __future__ import annotations

from typing import Any

import triton
import triton.language as tl

from .arithmetic import Tensor, divided
from .distribution import draw, temperature_of, weights


@triton.jit
def forward(
    logits: Any,
    source: Any,
    hard: Any,
    soft: Any,
    index: Any,
    count: Any,
    size: Any,
    GIVEN: tl.constexpr,
    FORWARD_TAU: tl.constexpr,
    WIDTH: tl.constexpr,
    WORKING: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """See :func:`...._core.gradient.forward`; ``source`` is the given sample, or the noise.

    WIDTH is that of a block of categories, 1 for a draw in one stage.
    """
    rows, columns, at, live = _tile(count, size, ROWS, COLUMNS)
    theta = tl.load(logits + at, mask=live, other=-float("inf")).to(WORKING)
    tau = tl.full((1, 1), FORWARD_TAU, tl.float64)
    peak = tl.max(theta, axis=1, keep_dims=True)
    weight = weights(theta, peak, tau, FORWARD_TAU != 1.0, 0.0)
    blocks = tl.sum(tl.reshape(weight, (ROWS, COLUMNS // WIDTH, WIDTH)), axis=2)
    total = tl.sum(blocks, axis=1, keep_dims=True)
    pi = divided(weight, total)
    off_value = divided(total - total, total)  # NaN also if all are -inf
    last = size - 1
    if GIVEN:
        given = tl.load(source + rows, mask=rows < count, other=0)
        place = tl.minimum(tl.maximum(given, 0), last).to(tl.int32)
        off_value = tl.where(place == given, off_value, float("nan"))
    else:
        stages: tl.constexpr = 1 if WIDTH == 1 else 2
        noise = tl.load(source + stages * rows, mask=rows < count, other=0)
        shares = divided(blocks, total)
        place = draw(shares, noise, tl.arange(0, COLUMNS // WIDTH)[None, :], last // WIDTH)
        if WIDTH > 1:
            noise = tl.load(source + stages * rows + 1, mask=rows < count, other=0)
            first = place * WIDTH
            is_inside = (columns >= first) & (columns < first + WIDTH)
            inside = tl.where(is_inside, pi, 0.0)
            inside = divided(inside, tl.sum(inside, axis=1, keep_dims=True))
            place = tl.minimum(draw(inside, noise, columns, last), last)
    one_hot = off_value + tl.where(columns == place, 1.0, 0.0)
    tl.store(hard + at, one_hot.to(hard.dtype.element_ty), mask=live)
    tl.store(soft + at, pi.to(soft.dtype.element_ty), mask=live)
    tl.store(index + rows, place.to(tl.int64), mask=rows < count)


@triton.jit
def pullback(
    logits: Any,
    soft: Any,
    index: Any,
    hard_cotangent: Any,
    soft_cotangent: Any,
    tau: Any,
    result: Any,
    count: Any,
    size: Any,
    HAS_HARD: tl.constexpr,
    HAS_SOFT: tl.constexpr,
    OF_Q: tl.constexpr,
    OF_MEAN_Q: tl.constexpr,
    OF_PI: tl.constexpr,
    OF_MEAN_PI: tl.constexpr,
    OVER_TAU: tl.constexpr,
    TAU_IS_TENSOR: tl.constexpr,
    CAP: tl.constexpr,
    FORWARD_TAU: tl.constexpr,
    WORKING: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """See :func:`...._core.gradient.pullback`, and :mod:`..coefficients` for the numbers."""
    rows, columns, at, live = _tile(count, size, ROWS, COLUMNS)
    exists = rows < count
    place = tl.load(index + rows, mask=exists, other=0)
    forward_tau = tl.full((1, 1), FORWARD_TAU, tl.float64)
    product = tl.zeros((ROWS, COLUMNS), WORKING)
    has_q: tl.constexpr = HAS_HARD and (OF_Q != 0.0 or OF_MEAN_Q != 0.0)
    has_pi: tl.constexpr = HAS_HARD and (OF_PI != 0.0 or OF_MEAN_PI != 0.0)
    is_half: tl.constexpr = soft.dtype.element_ty != WORKING
    theta, pi = product, product
    if has_q or is_half:
        theta = tl.load(logits + at, mask=live, other=-float("inf")).to(WORKING)
    peak = tl.max(theta, axis=1, keep_dims=True)
    if is_half:
        pi = weights(theta, peak, forward_tau, FORWARD_TAU != 1.0, 0.0)
        pi = divided(pi, tl.sum(pi, axis=1, keep_dims=True))
    elif has_pi or HAS_SOFT:
        pi = tl.load(soft + at, mask=live, other=0.0)
    if HAS_HARD:
        c = _centred(hard_cotangent, rows * size + place, at, live, exists, WORKING)
        temperature = temperature_of(tau, TAU_IS_TENSOR) if has_q else forward_tau
        scale = (1.0 / (temperature if OVER_TAU else forward_tau)).to(WORKING)
        if has_q:
            q = weights(theta, peak, temperature, True, CAP)
            if CAP < 0.0:
                q = tl.where(columns == place, 1.0, q)  # the sample has the largest weight
            poison = tl.load(soft + rows * size, mask=exists, other=0.0).to(WORKING)
            q = divided(q, tl.sum(q, axis=1, keep_dims=True) + (poison - poison))
            product += scale * q * (OF_Q * c - OF_MEAN_Q * tl.sum(q * c, axis=1, keep_dims=True))
        if has_pi:
            inner = OF_PI * c
            if OF_MEAN_PI != 0.0:
                inner -= OF_MEAN_PI * tl.sum(pi * c, axis=1, keep_dims=True)
            product += scale * pi * inner
    if HAS_SOFT:
        d = _centred(soft_cotangent, rows * size + place, at, live, exists, WORKING)
        d -= tl.sum(pi * d, axis=1, keep_dims=True)
        product += pi * d * (1.0 / FORWARD_TAU)
    is_drawn = (columns == place) & (size > 1)  # an only category has its 0 or NaN
    product = tl.where(is_drawn, 0.0, product)
    product = tl.where(is_drawn, -tl.sum(product, axis=1, keep_dims=True), product)
    tl.store(result + at, product.to(result.dtype.element_ty), mask=live)


@triton.jit
def _centred(
    cotangent: Any, of_sample: Any, at: Any, live: Any, exists: Any, WORKING: tl.constexpr
) -> Tensor:
    """B v = v - v_I."""
    vector = tl.load(cotangent + at, mask=live, other=0.0).to(WORKING)
    at_sample = tl.load(cotangent + of_sample, mask=exists, other=0.0).to(WORKING)
    return tl.where(live, vector - at_sample, 0.0)


@triton.jit
def _tile(count: Any, size: Any, ROWS: tl.constexpr, COLUMNS: tl.constexpr) -> tuple[Tensor, ...]:
    """The rows, (R, 1), the columns, (1, B), the places in memory and which of them exist."""
    rows = (tl.program_id(0) * ROWS + tl.arange(0, ROWS)).to(tl.int64)[:, None]
    columns = tl.arange(0, COLUMNS)[None, :]
    return rows, columns, rows * size + columns, (rows < count) & (columns < size)
