"""Rows on a GPU, each pass in one launch of Triton."""

from __future__ import annotations

import struct
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

import torch
import triton
import triton.language as tl

from .._core.draw import block_width, stages
from .._core.estimator import FORWARD_TAU, Estimator, Settings
from .._core.jacobians import Jacobians
from .._core.residuals import Saved, Tau, is_of_rows
from .._kernels.coefficients import cap_of, factors
from .._kernels.triton import long, short
from ._whole import whole_for

LONGEST_WHOLE = 2048
"""A program takes rows of up to so many categories whole."""
AT_ONCE = 1024
"""Elements of a program that takes several."""
CHUNK = 4096
"""Elements that a program takes at once of a longer row."""
EXACT = {"enable_fp_fusion": False}
"""No fused multiplication and addition: see :mod:`.._kernels.triton.arithmetic`."""


class Triton:
    """See :class:`.._kernels.rows.Rows`; for a record that has Jacobians."""

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        logits, size = logits.contiguous(), logits.shape[-1]
        hard, soft = torch.empty_like(logits), torch.empty_like(logits)
        index = torch.empty((*logits.shape[:-1], 1), dtype=torch.int64, device=logits.device)
        source = noise if sample is None else sample.contiguous()
        count, width = index.numel(), 1 if stages(size) == 1 else block_width(size)
        arrays = logits, source, hard, soft, index
        static = {
            "GIVEN": sample is not None,
            "FORWARD_TAU": forward_tau,
            "WIDTH": width,
            "WORKING": _working(logits),
        }
        if count == 0:
            return hard, soft, index
        with _on_device_of(logits):
            if size <= LONGEST_WHOLE:
                grid, shape = _tiles(count, size)
                short.forward[grid](*arrays, count, size, **static, **shape)
            else:
                shape = _chunks(size, width)
                blocks = shape["CHUNKS"] * shape["CHUNK"] // width
                room = torch.empty(
                    (count, blocks),
                    dtype=torch.float64 if logits.dtype == torch.float64 else torch.float32,
                    device=logits.device,
                )
                most = triton.next_power_of_2(blocks)
                long.forward[(count,)](*arrays, room, size, **static, **shape, BLOCKS=most)
        return hard, soft, index

    def pullback(
        self,
        estimator: Estimator,
        settings: Settings,
        saved: Saved,
        hard_cotangent: torch.Tensor | None,
        soft_cotangent: torch.Tensor | None,
        tau: Tau | None,
    ) -> torch.Tensor | None:
        logits, soft, index, _ = saved
        g, h = hard_cotangent, soft_cotangent
        if not (_is_like(g, logits) and _is_like(h, logits)) or is_of_rows(tau):
            return whole_for(estimator).pullback(estimator, settings, saved, g, h, tau)
        if g is None and h is None:
            return None
        logits, soft, index, g, h = map(_in_order, (logits, soft, index, g, h))
        result, count, size = torch.empty_like(logits), index.numel(), logits.shape[-1]
        jacobians = cast(Jacobians, estimator.jacobians)
        is_tensor = isinstance(tau, torch.Tensor) and tau.device == logits.device
        given = 0 if tau is None else tau if is_tensor else _bits(float(tau))
        arrays = logits, soft, index, g, h, given, result
        static = {
            "HAS_HARD": g is not None,
            "HAS_SOFT": h is not None,
            **{
                name.upper(): value
                for name, value in factors(jacobians, tau is None)._asdict().items()
            },
            "OVER_TAU": jacobians.over_tau and tau is not None,
            "TAU_IS_TENSOR": is_tensor,
            "CAP": cap_of(jacobians, settings),
            "FORWARD_TAU": settings.get(FORWARD_TAU, 1.0),
            "WORKING": _working(logits),
        }
        if count == 0:
            return result
        with _on_device_of(logits):
            if size <= LONGEST_WHOLE:
                grid, shape = _tiles(count, size)
                short.pullback[grid](*arrays, count, size, **static, **shape)
            else:
                shape = _chunks(size, 1)
                long.pullback[(count,)](*arrays, size, **static, **shape)
        return result


def _tiles(count: int, size: int) -> tuple[tuple[int], dict[str, Any]]:
    """The grid, and the tile of a program."""
    columns = max(2, triton.next_power_of_2(size))
    rows = max(1, AT_ONCE // columns)
    warps = 8 if columns > AT_ONCE else 4
    shape = {"ROWS": rows, "COLUMNS": columns, "num_warps": warps, **EXACT}
    return (triton.cdiv(count, rows),), shape


def _chunks(size: int, width: int) -> dict[str, Any]:
    """The chunks of a row, each of whole blocks."""
    chunk = max(CHUNK, width)
    return {"CHUNK": chunk, "CHUNKS": triton.cdiv(size, chunk), "num_warps": 16, **EXACT}


def _working(logits: torch.Tensor) -> Any:
    return tl.float64 if logits.dtype == torch.float64 else tl.float32


def _bits(number: float) -> int:
    """Those of a float64 as a whole number."""
    bits: int = struct.unpack("<q", struct.pack("<d", number))[0]
    return bits


def _on_device_of(rows: torch.Tensor) -> AbstractContextManager[Any]:
    """Triton launches on the current device."""
    if rows.is_cuda and rows.get_device() != torch.cuda.current_device():
        return torch.cuda.device(rows.device)
    return nullcontext()


def _is_like(cotangent: torch.Tensor | None, logits: torch.Tensor) -> bool:
    """Whether a cotangent, if there is one, is of the kind and the dtype of the logits."""
    return cotangent is None or (
        type(cotangent) is torch.Tensor and cotangent.dtype == logits.dtype
    )


def _in_order(rows: Any) -> Any:
    """The rows one after the other in memory, and not a view that stands for its negative."""
    return None if rows is None else rows.resolve_neg().contiguous()
