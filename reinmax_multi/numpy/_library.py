"""The namespace of an array, whichever library it is of, and new arrays where it lives.

NumPy, PyTorch, JAX, CuPy, array-api-strict and ndonnx follow the standard, MLX 0.32 but for an
array's ``device``. Dask lacks two names, which :mod:`._dask` adds.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np

from .._core.namespace import GENERIC, Array

MLX = "mlx.core"


class Library:
    """A namespace in which a name that the library lacks is an error that says so."""

    native = GENERIC

    def __init__(self, xp: Any, **more: Any) -> None:
        self._xp = xp
        for name, function in more.items():
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self._xp, name)
        except AttributeError:
            raise NotImplementedError(
                f"logits must be an array of a library that has {name} of the array API standard, "
                f"got one of {self._xp.__name__}, which has not: convert them to NumPy"
            ) from None


def namespace(array: Array) -> Any:
    """The array-API namespace of an array."""
    xp = array_api_compat.array_namespace(array)
    if array_api_compat.is_numpy_namespace(xp):
        return xp
    if array_api_compat.is_dask_namespace(xp):
        from . import _dask

        return Library(xp, take_along_axis=_dask.take_along_axis, linalg=_dask.linalg)
    if xp.__name__ == MLX:
        from . import _mlx

        return Library(xp, astype=_mlx.astype)
    return Library(xp)


def name_of(array: Array) -> str:
    """The name of the library of an array."""
    name: str = array_api_compat.array_namespace(array).__name__
    return name


def asarray(values: Array | np.ndarray, like: Array) -> Array:
    """Values as an array of the library of ``like``, on its device."""
    return namespace(like).asarray(values, **_device(like))


def categories(rows: Array) -> Array:
    """0 .. K - 1 for rows (..., K)."""
    return namespace(rows).arange(rows.shape[-1], **_device(rows))


def _device(array: Array) -> dict[str, Any]:
    """MLX has one memory for all devices, and its arrays no ``device``."""
    if name_of(array) == MLX:
        return {}
    return {"device": array_api_compat.device(array)}
