"""Which way eager PyTorch takes the two passes over the rows: the seam of autograd and kernels.

Only :mod:`._eager` uses it. Transforms, forward mode, double backward and tracing stay with the
core, so that an implementation of :class:`Rows` needs no rule for them.
"""

from __future__ import annotations

import functools

import torch

from .._core.binary import Binary
from .._core.estimator import Estimator
from .._kernels import choice, numba
from .._kernels.choice import Way
from .._kernels.rows import Rows
from ._blocks import core_for
from ._numba import Numba

USUAL = {"cpu": "numba", "cuda": "triton"}
PLAIN = (torch.Tensor, torch.nn.Parameter)
WATCHED = choice.core("the logits are of a tensor subclass, or something records operations")


def choose(estimator: Estimator, logits: torch.Tensor) -> Rows:
    """The rows of :func:`way`."""
    return way(estimator, logits).rows or core_for(estimator, logits)


def unless_watched(rows: Rows, estimator: Estimator, logits: torch.Tensor) -> Rows:
    """What was chosen for the forward pass; the core if something records the backward pass."""
    return core_for(estimator, logits) if is_watched() else rows


def way(estimator: Estimator, logits: torch.Tensor) -> Way:
    """For logits (..., K), the kernel that is demanded, or that belongs to their device, and the
    core where it cannot serve.
    """
    found = _found(choice.DEMANDED, logits.device.type)
    if found.rows is None:
        return found
    if isinstance(estimator, Binary):
        return choice.BINARY
    if estimator.jacobians is None:
        return choice.core(f"the record {estimator.name} has no jacobians")
    if type(logits) not in PLAIN or logits.is_neg() or is_watched():
        return WATCHED
    return found


@functools.cache
def _found(demanded: str | None, device: str) -> Way:
    return choice.find(demanded, USUAL.get(device), lambda name: _rows_of(name, device))


def _rows_of(name: str, device: str) -> Rows | str:
    """The rows of a kernel for logits on a device, or why there are none."""
    if name == "triton":
        return _triton(device)
    if device != "cpu":
        return f"it runs on a CPU, and the logits are on {device}: move them to it"
    kernels = numba.load()
    return kernels if isinstance(kernels, str) else Numba(kernels)


def _triton(device: str) -> Rows | str:
    try:
        from triton import knobs

        from ._triton import Triton
    except Exception as error:
        return f"triton cannot be imported, {error!r}: install a build of PyTorch for GPUs"
    if device != "cuda" and not knobs.runtime.interpret:
        return (
            f"it runs on a GPU, and the logits are on {device}: move them to it, or set "
            "TRITON_INTERPRET=1 to try it without one"
        )
    return Triton()


def is_watched() -> bool:
    """Whether something sees each operation, as torch.jit.trace and a mode of dispatch do."""
    return torch._C._len_torch_dispatch_stack() > 0 or torch._C._get_tracing_state() is not None
