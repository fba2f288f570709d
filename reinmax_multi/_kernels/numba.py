"""The row kernels that Numba compiles, as an adapter calls them: by addresses of contiguous rows.

An address of 0 stands for an array that is not there.
"""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from .._core.draw import LONGEST_SINGLE_STAGE
from .._core.estimator import Settings
from .._core.grid import GRID
from .._core.jacobians import Jacobians
from .coefficients import coefficients
from .threads import share

DTYPES = ("float16", "bfloat16", "float32", "float64")


class Kernels(NamedTuple):
    """What Numba compiles.

    short, long : the passes over rows that are drawn in one stage and in two
    forms : for each dtype an empty array of what memory holds, one of the working dtype, and the
        kind, for which see :mod:`.memory`
    version : of Numba
    """

    short: ModuleType
    long: ModuleType
    forms: dict[str, tuple[Any, Any, int]]
    version: str

    def forward(
        self,
        dtype: str,
        count: int,
        size: int,
        addresses: tuple[int, int, int, int, int, int],
        forward_tau: float,
        threads: int,
    ) -> None:
        """Of logits, noise and sample, hard, soft and index, for ``count`` rows of ``size``."""
        rows = self.short if size <= LONGEST_SINGLE_STAGE else self.long
        before = *self.forms[dtype], *addresses, size, forward_tau
        share(lambda first, last: rows.forward(*before, first, last), count, size, threads)

    def pullback(
        self,
        dtype: str,
        count: int,
        size: int,
        addresses: tuple[int, int, int, int, int, int],
        jacobians: Jacobians,
        settings: Settings,
        tau: float | None,
        threads: int,
    ) -> None:
        """Of logits, soft, index, the cotangents of hard and soft, and the result."""
        rows = self.short if size <= LONGEST_SINGLE_STAGE else self.long
        numbers = coefficients(jacobians, settings, tau)
        before = *self.forms[dtype], *addresses, size, *numbers
        share(lambda first, last: rows.pullback(*before, first, last), count, size, threads)


@functools.cache
def load() -> Kernels | str:
    """The kernels, or in words why there are none: Numba is missing, or does not work here."""
    try:
        import numba

        from . import long, short
    except ModuleNotFoundError as error:
        if error.name == "numba":
            return "numba is not installed: pip install 'reinmax-multi[fast]'"
        return f"numba does not work here: {error!r}"
    except Exception as error:
        return f"numba does not work here: {error!r}"
    single, double, word = (np.empty(0, dtype) for dtype in ("float32", "float64", "int16"))
    forms = {
        "float16": (word, single, 1),
        "bfloat16": (word, single, 2),
        "float32": (single, single, 0),
        "float64": (double, double, 0),
    }
    kernels = Kernels(short, long, forms, numba.__version__)
    try:
        _try(kernels)
    except Exception as error:
        return f"numba does not work here: {error!r}"
    return kernels


def _try(kernels: Kernels) -> None:
    """Draws from one row with both of two samples, and raises unless they are what they must be."""
    logits = np.zeros((2, 2), np.float32)
    noise, index = np.array([0, GRID - 1]), np.zeros(2, np.int64)
    hard, soft = np.zeros((2, 2, 2), np.float32)
    addresses = (
        logits.ctypes.data,
        noise.ctypes.data,
        0,
        *(each.ctypes.data for each in (hard, soft, index)),
    )
    kernels.forward("float32", 2, 2, addresses, 1.0, 1)
    if not (np.array_equal(hard, np.eye(2)) and (soft == 0.5).all()):
        raise ArithmeticError(f"it draws {hard} from {soft}")
