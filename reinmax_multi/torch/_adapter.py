"""One binding for all estimators: it prepares a call and takes the autograd Function that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import torch

from .._call.face import Face, present
from .._call.prepare import Call, Known, prepare
from .._core.estimator import Estimator, Sample
from ._eager import eager
from ._face import FACE
from ._functorch import inside_functorch, refuse_compiled, refuse_nested_forward_mode
from ._host import HOST, is_spread
from ._recorded import is_recorded, recorded
from ._rows import is_watched
from ._traced import traced
from ._transformed import transformed

BoundEstimator: TypeAlias = Callable[..., Sample]


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable PyTorch function of an estimator record."""
    return bound_as(estimator, FACE)


def bound_as(estimator: Estimator, face: Face) -> BoundEstimator:
    """The function of a record, of rows or of binary variables, under a face."""
    trace = traced(estimator)
    known: Known = {}

    def bound(
        logits: torch.Tensor,
        tau: float | torch.Tensor = 1.0,
        hard: bool = True,
        **options: Any,
    ) -> Sample:
        _check_hard(hard)
        if is_spread(logits) or is_spread(options.get("sample")) or is_spread(tau):
            from ._mesh import spread  # for it imports torch.distributed.tensor, which takes long

            sample: Sample = spread(sampled, estimator, logits, tau, options)
            return sample
        repeats = not (torch.compiler.is_compiling() or is_watched())
        return sampled(prepare(HOST, estimator, logits, tau, options, known if repeats else None))

    def sampled(call: Call) -> Sample:
        if is_recorded():
            y_hard, y_soft = recorded(estimator, call)
        elif torch.compiler.is_compiling():
            refuse_compiled()
            y_hard, y_soft = trace(call)
        elif inside_functorch():
            refuse_nested_forward_mode()
            y_hard, y_soft = transformed(estimator, call)
        else:
            return Sample(*eager(estimator, call))
        if call.sample_shape:
            y_hard = HOST.reshape(y_hard, call.sample_shape, 1, 0)
        return Sample(HOST.placed(y_hard, call.axis), HOST.placed(y_soft, call.axis))

    return present(bound, estimator, face)


def _check_hard(hard: Any) -> None:
    if hard is not True:
        raise ValueError(
            f"hard must be True, got {hard!r}: the sample is always hard, and its relaxation is "
            "y_soft, the second thing that is returned"
        )
