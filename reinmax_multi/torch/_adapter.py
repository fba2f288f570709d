"""One binding for all estimators: it prepares a call and takes the autograd Function that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import torch

from .._call.face import present
from .._call.prepare import Known, prepare
from .._core.estimator import Estimator, Sample
from ._eager import eager
from ._face import FACE
from ._host import Host
from ._rows import is_watched
from ._traced import traced
from ._transformed import transformed

BoundEstimator: TypeAlias = Callable[..., Sample]

HOST = Host()


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable PyTorch function of an estimator record."""
    trace = traced(estimator)
    known: Known = {}

    def bound(
        logits: torch.Tensor,
        tau: float | torch.Tensor = 1.0,
        hard: bool = True,
        **options: Any,
    ) -> Sample:
        _check_hard(hard)
        is_compiling = torch.compiler.is_compiling()
        repeats = not (is_compiling or is_watched())
        call = prepare(HOST, estimator, logits, tau, options, known if repeats else None)
        if is_compiling:
            _refuse_compiled_functorch()
            y_hard, y_soft = trace(call)
        elif _inside_functorch():
            _refuse_nested_forward_mode()
            y_hard, y_soft = transformed(estimator, call)
        else:
            return Sample(*eager(estimator, call))
        return Sample(HOST.moveaxis(y_hard, -1, call.axis), HOST.moveaxis(y_soft, -1, call.axis))

    return present(bound, estimator, FACE)


def _check_hard(hard: Any) -> None:
    if hard is not True:
        raise ValueError(
            f"hard must be True, got {hard!r}: the sample is always hard, and its relaxation is "
            "y_soft, the second thing that is returned"
        )


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
def _inside_functorch() -> bool:
    return torch._C._functorch.peek_interpreter_stack() is not None


def _refuse_compiled_functorch() -> None:
    """torch.compile drops a custom gradient inside torch.func.grad, silently.

    https://github.com/pytorch/pytorch/issues/193279 and, for jvp, /issues/192985.
    """
    if _inside_functorch():
        raise NotImplementedError(
            "torch.compile ignores custom gradients under torch.func transforms and would return a "
            "wrong gradient: compile the function and use torch.autograd.grad or .backward()"
        )


def _refuse_nested_forward_mode() -> None:
    """Forward mode inside forward mode loses a custom function's second derivative, silently.

    https://github.com/pytorch/pytorch/issues/197867.
    """
    levels = torch._C._functorch.get_interpreter_stack() or ()
    if sum(level.key() == torch._C._functorch.TransformType.Jvp for level in levels) > 1:
        raise NotImplementedError(
            "torch.func.jvp or jacfwd inside another one ignores the second derivative of custom "
            "gradients and would return a wrong number: make one of them torch.func.grad or jacrev"
        )
