"""What Dask 2026.8 lacks, for rows in chunks and their categories in one."""

from __future__ import annotations

from types import SimpleNamespace

import dask.array as da
import numpy as np

from .._core.namespace import Array


def take_along_axis(x: Array, indices: Array, /, *, axis: int) -> Array:
    """Along the last axis, which is all that the core asks for."""

    def take(x: Array, indices: Array) -> Array:
        return np.take_along_axis(x, indices, axis=axis)

    return _by_chunks(take, "(k),(n)->(n)", x, indices)


def _solve(matrix: Array, right: Array, /) -> Array:
    """Dask's own takes one matrix."""
    return _by_chunks(np.linalg.solve, "(k,l),(l,m)->(k,m)", matrix, right)


linalg = SimpleNamespace(solve=_solve)


def _by_chunks(function: object, signature: str, first: Array, second: Array) -> Array:
    return da.apply_gufunc(
        function, signature, first, second, output_dtypes=first.dtype, allow_rechunk=True
    )
