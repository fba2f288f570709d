"""The row kernels that Numba compiles, as an adapter calls them: by addresses of contiguous rows.

An address of 0 stands for an array that is not there.
"""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ..._core.draw import LONGEST_SINGLE_STAGE
from ..._core.grid import GRID

Addresses: TypeAlias = tuple[int, int, int, int, int, int]


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

    def of(self, size: int) -> ModuleType:
        """The passes over rows of ``size``."""
        return self.short if size <= LONGEST_SINGLE_STAGE else self.long


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
    """Draws twice from one row, with the least and the greatest noise, and looks at the result."""
    logits = np.zeros((2, 2), np.float32)
    noise, index = np.array([0, GRID - 1]), np.zeros(2, np.int64)
    hard, soft = np.zeros((2, 2, 2), np.float32)
    of_logits, of_noise, *others = (
        array.ctypes.data for array in (logits, noise, hard, soft, index)
    )
    form = kernels.forms["float32"]
    kernels.short.forward(*form, of_logits, of_noise, 0, *others, 2, 1.0, 0, 2)
    if not (np.array_equal(hard, np.eye(2)) and np.all(soft == 0.5)):
        raise ArithmeticError(f"it draws {hard.tolist()}")
