"""Which way a call takes, as a user may read it and force it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from .._core.estimator import Estimator
from .rows import Rows

VARIABLE = "REINMAX_MULTI_KERNEL"
NAMES = ("core", "numba", "triton")
DEMANDED = os.environ.get(VARIABLE)
"""What the environment demands; None leaves the choice to the package."""


class Kernel(NamedTuple):
    """What computes a call.

    Attributes
    ----------
    name : str
        ``"core"``, ``"numba"`` or ``"triton"``.
    reason : str
        Why it is this one.

    """

    name: str
    reason: str


class Way(NamedTuple):
    """The rows for a call, and what is said of them; without rows it is the core."""

    kernel: Kernel
    rows: Rows | None = None


def core(reason: str) -> Way:
    """The core, and why it is not a kernel."""
    return Way(Kernel("core", reason))


BINARY = core("the kernels are for rows of categories, and these are binary variables")


def find(demanded: str | None, usual: str | None, rows_of: Callable[[str], Rows | str]) -> Way:
    """The kernel that is demanded, or the usual one; the core where it cannot be had.

    Parameters
    ----------
    demanded : the name that the environment gives, or None
    usual : the kernel for arrays of this kind, None if there is none
    rows_of : the rows by the name of a kernel, or in words why there are none

    Raises
    ------
    ValueError
        No kernel has the name that is demanded.
    RuntimeError
        It cannot be had.

    """
    if demanded is not None and demanded not in NAMES:
        raise ValueError(
            f"the environment variable {VARIABLE} must be {', '.join(NAMES[:-1])} or {NAMES[-1]}, "
            f"got {demanded!r}: correct it, or unset it to leave the choice to the package"
        )
    if demanded == "core":
        return core(f"the environment variable {VARIABLE} demands it")
    name = demanded or usual
    if name is None:
        return core("there is no kernel for such arrays")
    rows = rows_of(name)
    if not isinstance(rows, str):
        why = f"the environment variable {VARIABLE} demands it" if demanded else "it works here"
        return Way(Kernel(name, why), rows)
    if demanded:
        raise RuntimeError(f"the environment variable {VARIABLE} demands {name}, but {rows}")
    return core(rows)


def record_of(estimator: object) -> Estimator:
    """The record of a bound function, or the record itself."""
    record = getattr(estimator, "estimator", estimator)
    if not isinstance(record, Estimator):
        raise TypeError(
            f"estimator must be a bound estimator or a record, got {type(estimator).__name__}: "
            "pass reinmax, say, or what bind returned"
        )
    return record
