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

from .. import estimators
from .._call.prepare import Call, prepare
from .._core.draw import stages
from .._core.estimator import FORWARD_TAU, Estimator, Sample
from .._core.gradient import forward, pullback
from .._core.residuals import Saved
from ._categories import LAST, Part
from ._mesh_host import OnMesh, Plain, split
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
    rows, categories = call.rows, call.rows.ndim - 1
    spans, number, axes = split(rows.shape[-1], categories, rows.device_mesh, rows.placements)
    if len(spans) == 1:
        results = _placed(sampled(_local(call, rows)), rows)
    elif _is_gathered(estimator, spans):
        whole = [Replicate() if axis in axes else each for axis, each in enumerate(rows.placements)]
        gathered = rows.redistribute(placements=whole)
        results = _placed(sampled(_local(call, gathered)), gathered)
        results = [each.redistribute(placements=rows.placements) for each in results]
    else:
        groups = tuple(rows.device_mesh.get_group(axis) for axis in axes)
        part = Part((*(start for start, _ in spans), spans[-1][1]), number, groups)
        results = _placed(_on_part(part, estimator, _local(call, rows)), rows)
    return Sample(*(host.placed(each, call.axis) for each in results))


def _local(call: Call, rows: DTensor) -> Call:
    """The call on the rows of this process, with the categories last in its results too."""
    return call._replace(rows=rows.to_local(), axis=-1)


def _placed(sample: Sequence[torch.Tensor], rows: DTensor) -> list[DTensor]:
    """Local results as tensors in the shape and placements of the rows."""
    stride = torch.empty(rows.shape, device="meta").stride()
    return [
        DTensor.from_local(
            each,
            rows.device_mesh,
            rows.placements,
            run_check=False,
            shape=rows.shape,
            stride=stride,
        )
        for each in sample
    ]


def _is_gathered(estimator: Estimator, spans: list[tuple[int, int]]) -> bool:
    """Whether the parts of each row are put together: short rows, so many processes that some have
    no category, a product that is not known to do with sums.
    """
    size = spans[-1][1]
    return stages(size) == 1 or spans[-1][0] == size or estimator.product not in SUMMING


def _on_part(part: Part, estimator: Estimator, call: Call) -> Sequence[torch.Tensor]:
    apply: Callable[..., Sequence[torch.Tensor]] = OnParts.apply
    _, rows, noise, sample, words, tau, settings, _ = call
    return apply(part, estimator, settings, rows, noise, sample, words, tau)


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
