"""What NumPy and the other array-API libraries contribute to the preparation of a call."""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np

from .._call import arguments
from .._call.prepare import Noise, new_shape
from .._core.algebra import working_dtype
from .._core.estimator import Estimator
from .._core.grid import GRID
from .._core.namespace import Array
from ._library import asarray, categories, name_of, namespace


class Host:
    """See :class:`reinmax_multi._call.prepare.Host`."""

    axis = "axis"
    source = "rng"

    def is_array(self, value: Any) -> bool:
        return array_api_compat.is_array_api_obj(value) and not isinstance(value, np.generic)

    def check(self, argument: str, value: Any, rows: Array | None = None) -> None:
        if not array_api_compat.is_array_api_obj(value):
            raise TypeError(
                f"{argument} must be an array, got {type(value).__name__}: wrap it in numpy.asarray"
            )
        arguments.check_unmasked(argument, isinstance(value, np.ma.MaskedArray))
        if rows is None:
            return
        wanted, library = name_of(rows), name_of(value)
        if library != wanted:
            raise TypeError(
                f"{argument} must be an array of the library of the logits, {wanted}, got one of "
                f"{library}: convert it"
            )

    def asarray(self, logits: Array) -> Array:
        return logits

    def rows(self, logits: Array, axis: int | None) -> Array:
        if axis is None:
            return namespace(logits).expand_dims(logits, axis=-1)
        return self.moveaxis(logits, axis, -1)

    def placed(self, rows: Array, axis: int | None) -> Array:
        if axis is None:
            return namespace(rows).squeeze(rows, axis=-1)
        return self.moveaxis(rows, -1, axis)

    def temperature(self, tau: Array, rows: Array) -> Array:
        xp, tau = namespace(rows), asarray(tau, rows)
        return xp.astype(tau, working_dtype(xp, rows.dtype), copy=False)

    def noise(self, estimator: Estimator | None, source: Any, rows: Array) -> Noise:
        rng = _checked_rng(source)

        def draw(count: int, _: int) -> Array:
            return asarray(rng.integers(GRID, size=(*rows.shape[:-1], count)), rows)

        return draw

    def shape(self, array: Array) -> tuple[int, ...]:
        shape: tuple[int, ...] = array.shape
        return shape

    def dtype(self, array: Array) -> str:
        return str(array.dtype).rpartition(".")[-1]

    def reshape(self, array: Array, sizes: tuple[int, ...], merged: int, at: int) -> Array:
        return namespace(array).reshape(array, new_shape(array.shape, sizes, merged, at))

    def moveaxis(self, array: Array, source: int, destination: int) -> Array:
        if source == destination:
            return array
        return namespace(array).moveaxis(array, source, destination)

    def index(self, sample: Array, rows: Array) -> Array:
        xp = namespace(rows)
        sample = xp.astype(sample, categories(rows).dtype, copy=False)
        return xp.expand_dims(sample, axis=-1)


def _checked_rng(rng: Any) -> np.random.Generator:
    if rng is None:
        return np.random.default_rng()
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, got {type(rng).__name__}: pass "
            "numpy.random.default_rng(seed)"
        )
    return rng
