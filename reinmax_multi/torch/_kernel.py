"""What computes a call, for a user to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .._core.estimator import Estimator
from .._kernels.choice import Kernel, record_of
from ._host import HOST
from ._rows import way


def kernel(estimator: Callable[..., Any] | Estimator, logits: torch.Tensor) -> Kernel:
    """What computes an eager call of an estimator for these logits, and why.

    On a CPU it is loops over the rows that Numba compiles, if it is installed, and on a GPU kernels
    of Triton, which comes with PyTorch. What these cannot do, operations on whole arrays do, the
    core: the estimators whose gradient is random or solves a system, and, for all of them, forward
    mode, second derivatives, ``torch.func`` and programs that are compiled or traced. For the same
    noise all draw the same sample, but where the rounding of a probability decides, and gradients
    agree within rounding. The environment variable ``REINMAX_MULTI_KERNEL``, read when the package
    is imported, demands ``core``, ``numba`` or ``triton``.

    Parameters
    ----------
    estimator : bound function or Estimator
        As ``reinmax``, what ``bind`` returned, or a record.
    logits : torch.Tensor
        Their numbers do not matter, but their device does.

    Returns
    -------
    Kernel
        ``(name, reason)``, the name being ``"core"``, ``"numba"`` or ``"triton"``.

    Raises
    ------
    TypeError
        ``estimator`` or ``logits`` is something else.
    ValueError
        The environment variable is set to another value.
    RuntimeError
        It demands a kernel that cannot be had here.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import gumbel_rao, kernel
    >>> kernel(gumbel_rao, torch.zeros(4, 3)).name
    'core'

    """
    record = record_of(estimator)
    HOST.check("logits", logits)
    return way(record, logits).kernel
