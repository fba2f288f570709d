"""How eager PyTorch takes the two passes over the rows: the seam between autograd and kernels.

Only :mod:`._eager` asks for it. Transforms, forward mode, double backward and tracing stay with the
core, so that an implementation of :class:`Rows` needs no rule for them.
"""

from __future__ import annotations

import functools
from typing import NamedTuple, Protocol

import torch

from .._core.estimator import Estimator, Settings
from .._core.residuals import Saved, Tau
from .._kernels import choice, numba
from ._blocks import core_for
from ._numba import Numba


class Rows(Protocol):
    """One way to take both passes; shapes and meanings as in :mod:`..._core.gradient`."""

    def forward(
        self,
        logits: torch.Tensor,
        noise: torch.Tensor | None,
        sample: torch.Tensor | None,
        forward_tau: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """y_hard, y_soft and the index, drawn by ``noise`` or taken from ``sample``."""

    def pullback(
        self,
        estimator: Estimator,
        settings: Settings,
        saved: Saved,
        hard_cotangent: torch.Tensor | None,
        soft_cotangent: torch.Tensor | None,
        tau: Tau | None,
    ) -> torch.Tensor | None:
        """The cotangent of the logits."""


class Way(NamedTuple):
    """A choice and the reason for it; without rows it is the core."""

    name: str
    reason: str
    rows: Rows | None = None


OF_DEVICE = {"cpu": "numba", "cuda": "triton"}
PLAIN = (torch.Tensor, torch.nn.Parameter)


def choose(estimator: Estimator, logits: torch.Tensor) -> Rows:
    """The rows of :func:`way`."""
    rows = way(estimator, logits).rows
    return core_for(logits) if rows is None else rows


def way(estimator: Estimator, logits: torch.Tensor) -> Way:
    """For logits (..., K), the kernel that is demanded, or that belongs to their device, and the
    core where it cannot serve.
    """
    demanded = choice.demanded()
    if demanded == "core":
        return DEMANDED
    device = logits.device.type
    name = demanded or OF_DEVICE.get(device)
    if name is None:
        return Way("core", f"there is no kernel for the device {device}")
    found = _load(name, device)
    if found.rows is None:
        if demanded:
            raise choice.refusal(demanded, found.reason)
        return found
    if estimator.jacobians is None:
        return Way("core", f"the record {estimator.name} has no jacobians")
    if type(logits) not in PLAIN or logits.is_neg() or _is_watched():
        return WATCHED
    return found


DEMANDED = Way("core", f"the environment variable {choice.VARIABLE} demands it")
WATCHED = Way("core", "the logits are of a tensor subclass, or their operations are traced")


@functools.cache
def _load(name: str, device: str) -> Way:
    """The kernel for logits on a device, or the core and why there is none."""
    if device != "cpu":
        return Way("core", f"numba runs on a CPU, and the logits are on {device}: move them to it")
    kernels = numba.load()
    if isinstance(kernels, str):
        return Way("core", kernels)
    return Way(
        "numba", f"the logits are on a CPU, and numba {kernels.version} works", Numba(kernels)
    )


def _is_watched() -> bool:
    """Whether something wants to see each operation, as torch.jit.trace and modes of dispatch do."""
    return torch._C._len_torch_dispatch_stack() > 0 or torch._C._get_tracing_state() is not None
