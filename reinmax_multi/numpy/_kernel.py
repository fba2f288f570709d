"""What computes a call, for a user to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.estimator import Estimator
from .._kernels.choice import Kernel, record_of
from ._rows import HOST, way


def kernel(estimator: Callable[..., Any] | Estimator, logits: Any) -> Kernel:
    """What computes a call of an estimator for these logits, and why.

    For NumPy's arrays it is loops over the rows that Numba compiles, if it is installed. What these
    cannot do, operations on whole arrays do, the core: the arrays of other libraries, the
    estimators whose gradient is random or solves a system, and the pushforward of all of them. For
    the same noise both draw the same sample, but where the rounding of a probability decides, and
    gradients agree within rounding. The environment variable ``REINMAX_MULTI_KERNEL``, read when
    the package is imported, demands ``core`` or ``numba``; ``triton`` leaves the choice as it is.

    Parameters
    ----------
    estimator : bound function or Estimator
        As ``reinmax``, what ``bind`` returned, or a record.
    logits : array
        Its numbers do not matter, but its library does.

    Returns
    -------
    Kernel
        ``(name, reason)``, the name being ``"core"`` or ``"numba"``.

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
    >>> import numpy as np
    >>> from reinmax_multi.numpy import gumbel_rao, kernel
    >>> kernel(gumbel_rao, np.zeros((4, 3))).name
    'core'

    """
    record = record_of(estimator)
    HOST.check("logits", logits)
    return way(record, logits).kernel
