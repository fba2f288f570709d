"""Calls on logits that are spread over the processes of a mesh, as DTensors.

Where rows are split, or whole on each process, a call is one on the local rows, with noise of
:mod:`._mesh_host`. Where categories are split, :mod:`._categories` computes with a part of each
row; short rows, and estimators that need more of a row than sums over it, are gathered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.distributed.tensor import DTensor, Replicate
from torch.distributed.tensor.placement_types import Placement

from .. import estimators
from .._call.prepare import Call, prepare, prepare_draw, prepare_rows
from .._core.draw import stages
from .._core.estimator import FORWARD_TAU, Estimator, Sample
from .._core.gradient import forward, pullback
from .._core.residuals import Saved
from ._categories import LAST, Part
from ._drawn import drawn, drawn_values, likeliest
from ._host import HOST
from ._mesh_host import OnMesh, Plain, after, of_rows, split
from ._transformed import keep, kept

FAMILY = [getattr(estimators, name) for name in estimators.__all__]
SUMMING = {record.product for record in FAMILY if record.greatest_size is None}
"""The products that know of a row as a whole only sums, the maximum and the sample's entry."""


@torch.compiler.disable(reason="the samples of a DTensor are drawn eagerly")  # type: ignore
def spread(
    sampled: Callable[[Call], Sample], estimator: Estimator, logits: Any, tau: Any, options: Any
) -> Sample:
    """A call with a DTensor among its arguments; ``sampled`` computes one on plain tensors."""
    if not isinstance(logits, DTensor):
        return sampled(prepare(Plain(), estimator, logits, tau, options))
    host = OnMesh(logits.device_mesh)
    call = prepare(host, estimator, logits, tau, options)
    rows, part = _part_of(call.rows)
    if part is not None and not _is_for_parts(estimator, part):
        rows, part = _with_whole_rows(rows), None
    if part is None:
        results = _placed(sampled(_local(call, rows)), rows)
    else:
        results = _placed(_on_part(part, estimator, _local(call, rows)), rows)
    if rows is not call.rows:
        results = [
            each.redistribute(placements=after(each.ndim - rows.ndim, call.rows.placements))
            for each in results
        ]
    return Sample(*(host.placed(each, call.axis) for each in results))


@torch.compiler.disable(reason="the samples of a DTensor are drawn eagerly")  # type: ignore
def draw_spread(
    logits: DTensor,
    sample_shape: Sequence[int],
    dim: int | None,
    generator: torch.Generator | None,
) -> DTensor:
    """The categories of a DTensor's rows, split as the rows are; without ``dim`` the values of
    binary variables.
    """
    host, binary = OnMesh(logits.device_mesh), dim is None
    drawing = prepare_draw(host, logits, sample_shape, dim, generator, binary=binary)
    if binary:
        local = drawn_values(drawing._replace(rows=drawing.rows.to_local()))
        return _rows_only(local, drawing.rows, len(drawing.sample_shape))
    rows, part = _part_of(drawing.rows)
    if part is not None and stages(drawing.rows.shape[-1]) == 1:
        rows, part = _with_whole_rows(rows), None
    index = drawn(drawing._replace(rows=rows.to_local()), part)
    return _rows_only(index, rows, len(drawing.sample_shape))


@torch.compiler.disable(reason="it communicates eagerly")  # type: ignore
def mode_spread(logits: DTensor, dim: int) -> DTensor:
    """The likeliest categories of a DTensor's rows, split as the rows are."""
    host = OnMesh(logits.device_mesh)
    logits, _ = prepare_rows(host, logits, dim)
    rows, part = _part_of(logits)
    return _rows_only(likeliest(rows.to_local(), part), rows, 0)


def _part_of(rows: DTensor) -> tuple[DTensor, Part | None]:
    """The rows, and what this process has of each; None if it has all. Where there are more
    processes than categories, rows that are whole.
    """
    spans, number, axes = split(rows.shape[-1], rows.ndim - 1, rows.device_mesh, rows.placements)
    if len(spans) == 1:
        return rows, None
    if spans[-1][0] == rows.shape[-1]:
        return _with_whole_rows(rows), None
    return rows, Part.of(spans, number, [rows.device_mesh.get_group(axis) for axis in axes])


def _with_whole_rows(rows: DTensor) -> DTensor:
    last = rows.ndim - 1
    whole = [Replicate() if each.is_shard(last) else each for each in rows.placements]
    return rows.redistribute(placements=whole)


def _rows_only(local: torch.Tensor, rows: DTensor, leading: int) -> DTensor:
    """A number for each row, after some leading axes, in the placements of the rows."""
    shape = torch.Size((*local.shape[:leading], *rows.shape[:-1]))
    return _from_local(local.contiguous(), rows, shape, after(leading, of_rows(rows)))


def _local(call: Call, rows: DTensor) -> Call:
    """The call on the rows of this process, with the categories last in its results too."""
    return call._replace(rows=rows.to_local(), axis=-1)


def _placed(sample: Sequence[torch.Tensor], rows: DTensor) -> list[DTensor]:
    """Local results as tensors in the shape and placements of the rows, after axes of samples."""
    results = []
    for each in sample:
        leading = each.ndim - rows.ndim
        shape = torch.Size((*each.shape[:leading], *rows.shape))
        results.append(_from_local(each, rows, shape, after(leading, rows.placements)))
    return results


def _from_local(
    local: torch.Tensor, rows: DTensor, shape: torch.Size, placements: Sequence[Placement]
) -> DTensor:
    stride = torch.empty(shape, device="meta").stride()
    return DTensor.from_local(
        local, rows.device_mesh, placements, run_check=False, shape=shape, stride=stride
    )


def _is_for_parts(estimator: Estimator, part: Part) -> bool:
    """Not short rows, nor a product that is not known to do with sums: whose rows are gathered."""
    return stages(part.size) > 1 and estimator.product in SUMMING


def _on_part(part: Part, estimator: Estimator, call: Call) -> Sequence[torch.Tensor]:
    apply: Callable[..., Sequence[torch.Tensor]] = OnParts.apply
    _, rows, noise, sample, words, tau, settings, _, shape = call
    hard, soft = apply(part, estimator, settings, rows, noise, sample, words, tau)
    return HOST.reshape(hard, shape, 1, 0) if shape else hard, soft


class OnParts(torch.autograd.Function):
    """``apply(part, estimator, settings, logits, noise, sample, words, tau)``: the y_hard and
    y_soft of a part.
    """

    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> tuple[torch.Tensor, torch.Tensor]:
        part, estimator, settings, logits, noise, sample, words, tau = inputs
        hard, soft, index = forward(
            part.namespace,
            logits,
            part.categories(logits),
            noise=noise,
            sample=sample,
            forward_tau=settings.get(FORWARD_TAU, 1.0),
        )
        ctx.part = part
        keep(ctx, estimator, settings, LAST, Saved(logits, soft, index, words), tau)
        ctx.set_materialize_grads(False)
        return hard, soft

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> tuple[Any, ...]:
        if torch.is_grad_enabled():
            raise NotImplementedError(
                "the gradient of logits whose categories are split over processes has no "
                "derivative: redistribute the logits so that each process has whole rows"
            )
        part = ctx.part
        estimator, settings, _, saved, tau = kept(ctx)
        categories, (hard, soft) = part.categories(saved.logits), cotangents
        result = pullback(part.namespace, estimator, settings, saved, categories, hard, soft, tau)
        return None, None, None, result, None, None, None, None
