"""Both passes over rows that a program takes in chunks, one row a program."""

from __future__ import annotations

from typing import Any

import triton
import triton.language as tl

from .arithmetic import Tensor, divided
from .distribution import draw, rescaled, temperature_of, weights


@triton.jit
def forward(
    logits: Any,
    source: Any,
    hard: Any,
    soft: Any,
    index: Any,
    blocks: Any,
    size: Any,
    GIVEN: tl.constexpr,
    FORWARD_TAU: tl.constexpr,
    WIDTH: tl.constexpr,
    WORKING: tl.constexpr,
    CHUNK: tl.constexpr,
    CHUNKS: tl.constexpr,
    BLOCKS: tl.constexpr,
) -> None:
    """As :func:`.short.forward`; ``blocks`` is room for the sums of WIDTH categories each.

    BLOCKS is the power of two at or above their number.
    """
    row = tl.program_id(0).to(tl.int64)
    start, last = row * size, size - 1
    tau = tl.full((1, 1), FORWARD_TAU, tl.float64)
    is_tempered: tl.constexpr = FORWARD_TAU != 1.0
    peak, total = tl.full((1, 1), -float("inf"), WORKING), tl.zeros((1, 1), WORKING)
    for chunk in range(CHUNKS):
        columns = chunk * CHUNK + tl.arange(0, CHUNK)[None, :]
        theta = _load(logits + start, columns, size, -float("inf"), WORKING)
        top = tl.maximum(peak, tl.max(theta, axis=1, keep_dims=True))
        total = rescaled(total, peak, top, tau, is_tempered)
        total += tl.sum(weights(theta, top, tau, is_tempered, 0.0), axis=1, keep_dims=True)
        peak = top
    off_value = divided(total - total, total)  # NaN also if all are -inf
    if GIVEN:
        given = tl.load(source + row)
        place = tl.minimum(tl.maximum(given, 0), last) + tl.zeros((1, 1), tl.int64)
        off_value = tl.where(place == given, off_value, float("nan"))
    chunk_blocks: tl.constexpr = CHUNK // WIDTH
    sums = blocks + row * (CHUNKS * chunk_blocks)
    for chunk in range(CHUNKS):
        columns = chunk * CHUNK + tl.arange(0, CHUNK)[None, :]
        theta = _load(logits + start, columns, size, -float("inf"), WORKING)
        pi = divided(weights(theta, peak, tau, is_tempered, 0.0), total)
        _store(soft + start, columns, size, pi)
        _store(hard + start, columns, size, tl.zeros((1, CHUNK), WORKING) + off_value)
        numbers = chunk * chunk_blocks + tl.arange(0, chunk_blocks)[None, :]
        tl.store(sums + numbers, tl.sum(tl.reshape(pi, (1, chunk_blocks, WIDTH)), axis=2))
    tl.debug_barrier()  # what other threads of the program wrote is read now, and overwritten
    if not GIVEN:
        numbers = tl.arange(0, BLOCKS)[None, :]
        shares = tl.load(sums + numbers, mask=numbers < CHUNKS * chunk_blocks, other=0.0)
        first = draw(shares, tl.load(source + 2 * row), numbers, last // WIDTH) * WIDTH
        columns = tl.arange(0, WIDTH)[None, :]
        theta = _load(logits + start, first + columns, size, -float("inf"), WORKING)
        inside = divided(weights(theta, peak, tau, is_tempered, 0.0), total)
        inside = divided(inside, tl.sum(inside, axis=1, keep_dims=True))
        place = first + draw(inside, tl.load(source + 2 * row + 1), columns, WIDTH - 1)
        place = tl.minimum(place, last).to(tl.int64)
    here = tl.zeros((1, 1), tl.int64)
    tl.store(hard + start + place, (off_value + 1.0).to(hard.dtype.element_ty))
    tl.store(index + row + here, place)


@triton.jit
def pullback(
    logits: Any,
    soft: Any,
    index: Any,
    hard_cotangent: Any,
    soft_cotangent: Any,
    tau: Any,
    result: Any,
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
    CHUNK: tl.constexpr,
    CHUNKS: tl.constexpr,
) -> None:
    """As :func:`.short.pullback`: one way along the row for the sums, if any is needed, and one."""
    row = tl.program_id(0).to(tl.int64)
    start = row * size
    place = tl.load(index + row)
    forward_tau = tl.full((1, 1), FORWARD_TAU, tl.float64)
    has_q: tl.constexpr = HAS_HARD and (OF_Q != 0.0 or OF_MEAN_Q != 0.0)
    has_pi: tl.constexpr = HAS_HARD and (OF_PI != 0.0 or OF_MEAN_PI != 0.0)
    is_half: tl.constexpr = soft.dtype.element_ty != WORKING
    is_tempered: tl.constexpr = FORWARD_TAU != 1.0
    temperature = temperature_of(tau, TAU_IS_TENSOR) if has_q else forward_tau
    scale = (1.0 / (temperature if OVER_TAU else forward_tau)).to(WORKING)
    zero = tl.zeros((1, 1), WORKING)
    peak = zero - float("inf")
    if CAP < 0.0:  # relative to another peak, weights that are cut off have no common factor
        for chunk in range(CHUNKS):
            columns = chunk * CHUNK + tl.arange(0, CHUNK)[None, :]
            theta = _load(logits + start, columns, size, -float("inf"), WORKING)
            peak = tl.maximum(peak, tl.max(theta, axis=1, keep_dims=True))
    q_total, q_c, pi_total, pi_c, pi_d = zero, zero, zero, zero, zero
    g_sample, h_sample = zero, zero
    if HAS_HARD:
        g_sample = tl.load(hard_cotangent + start + place).to(WORKING)
    if HAS_SOFT:
        h_sample = tl.load(soft_cotangent + start + place).to(WORKING)
    if has_q or is_half or HAS_SOFT or (has_pi and OF_MEAN_PI != 0.0):
        for chunk in range(CHUNKS):
            columns = chunk * CHUNK + tl.arange(0, CHUNK)[None, :]
            top, theta, c, d = peak, zero, zero, zero
            if has_q or is_half:
                theta = _load(logits + start, columns, size, -float("inf"), WORKING)
                top = tl.maximum(peak, tl.max(theta, axis=1, keep_dims=True))
            if HAS_HARD:
                c = _centred(hard_cotangent + start, columns, size, g_sample, WORKING)
            if HAS_SOFT:
                d = _centred(soft_cotangent + start, columns, size, h_sample, WORKING)
            if has_q:
                weight = weights(theta, top, temperature, True, CAP)
                if CAP < 0.0:
                    weight = tl.where(columns == place, 1.0, weight)
                else:
                    q_total = rescaled(q_total, peak, top, temperature, True)
                    q_c = rescaled(q_c, peak, top, temperature, True)
                q_total += tl.sum(weight, axis=1, keep_dims=True)
                q_c += tl.sum(weight * c, axis=1, keep_dims=True)
            if is_half:
                weight = weights(theta, top, forward_tau, is_tempered, 0.0)
                pi_total = rescaled(pi_total, peak, top, forward_tau, is_tempered)
                pi_c = rescaled(pi_c, peak, top, forward_tau, is_tempered)
                pi_d = rescaled(pi_d, peak, top, forward_tau, is_tempered)
                pi_total += tl.sum(weight, axis=1, keep_dims=True)
            elif has_pi or HAS_SOFT:
                weight = _load(soft + start, columns, size, 0.0, WORKING)
            if is_half or has_pi or HAS_SOFT:
                pi_c += tl.sum(weight * c, axis=1, keep_dims=True)
                pi_d += tl.sum(weight * d, axis=1, keep_dims=True)
            peak = top
    poison = tl.load(soft + start).to(WORKING)
    q_total += poison - poison
    q_mean = OF_MEAN_Q * divided(q_c, q_total)
    if is_half:
        pi_c, pi_d = divided(pi_c, pi_total), divided(pi_d, pi_total)
    rest = zero
    for chunk in range(CHUNKS):
        columns = chunk * CHUNK + tl.arange(0, CHUNK)[None, :]
        product = tl.zeros((1, CHUNK), WORKING)
        theta, pi = product, product
        if has_q or is_half:
            theta = _load(logits + start, columns, size, -float("inf"), WORKING)
        if is_half:
            pi = divided(weights(theta, peak, forward_tau, is_tempered, 0.0), pi_total)
        elif has_pi or HAS_SOFT:
            pi = _load(soft + start, columns, size, 0.0, WORKING)
        if HAS_HARD:
            c = _centred(hard_cotangent + start, columns, size, g_sample, WORKING)
            if has_q:
                q = divided(weights(theta, peak, temperature, True, CAP), q_total)
                product += scale * q * (OF_Q * c - q_mean)
            if has_pi:
                product += scale * pi * (OF_PI * c - OF_MEAN_PI * pi_c)
        if HAS_SOFT:
            d = _centred(soft_cotangent + start, columns, size, h_sample, WORKING)
            product += pi * (d - pi_d) * (1.0 / FORWARD_TAU)
        product = tl.where(columns == place, 0.0, product)
        rest -= tl.sum(product, axis=1, keep_dims=True)
        _store(result + start, columns, size, product)
    tl.debug_barrier()  # the entry of the sample was written as 0 by another thread, maybe
    tl.store(result + start + place + tl.zeros((1, 1), tl.int32), rest.to(result.dtype.element_ty))


@triton.jit
def _load(row: Any, columns: Any, size: Any, OTHER: tl.constexpr, WORKING: tl.constexpr) -> Tensor:
    return tl.load(row + columns, mask=columns < size, other=OTHER).to(WORKING)


@triton.jit
def _store(row: Any, columns: Any, size: Any, values: Tensor) -> None:
    tl.store(row + columns, values.to(row.dtype.element_ty), mask=columns < size)


@triton.jit
def _centred(row: Any, columns: Any, size: Any, of_sample: Tensor, WORKING: tl.constexpr) -> Tensor:
    """B v = v - v_I, and 0 beyond the row."""
    vector = _load(row, columns, size, 0.0, WORKING)
    return tl.where(columns < size, vector - of_sample, 0.0)
