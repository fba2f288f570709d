"""Which way a call takes, as a user may read it and force it."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import NamedTuple

VARIABLE = "REINMAX_MULTI_KERNEL"
NAMES = ("core", "numba", "triton")


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


def demanded() -> str | None:
    """What the environment variable demands; None if it is not set.

    Raises
    ------
    ValueError
        It names no kernel.

    """
    name = os.environ.get(VARIABLE)
    if name is None or name in NAMES:
        return name
    raise ValueError(
        f"the environment variable {VARIABLE} must be {', '.join(NAMES[:-1])} or {NAMES[-1]}, got "
        f"{name!r}: correct it, or unset it to leave the choice to the package"
    )


def refusal(name: str, reason: str) -> RuntimeError:
    """The error for a kernel that was demanded and cannot be had."""
    return RuntimeError(f"the environment variable {VARIABLE} demands {name}, but {reason}")
