"""Kernels compiled once and kept on disk."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import njit

VERSION = zlib.crc32(b"".join(p.read_bytes() for p in sorted(Path(__file__).parent.glob("*.py"))))
"""A number that changes with the sources of the kernels.

Numba's cache knows the file of a kernel, but not those of the functions that it calls: it would go
on to serve a kernel whose exponential has changed since. As the default of an argument the number
is part of the signature, by which the cache looks.
"""


def kernel(function: Callable[..., None]) -> Any:
    """Compiled when it is called first, without the interpreter's lock."""
    options = {"nogil": True, "error_model": "numpy"}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # no folder that could be written to, neither the package's nor a user's
        return njit(**options)(function)
