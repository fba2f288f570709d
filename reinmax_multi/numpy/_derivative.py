"""The derivative of one sample, as pullback and pushforward to call."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._call import arguments
from .._core.estimator import Estimator, Sample, Settings
from .._core.namespace import Array
from .._core.passes import passes
from .._core.residuals import Saved, Tau
from .._kernels.rows import sum_of_pullbacks
from ._library import categories as categories_of
from ._library import namespace
from ._rows import HOST, Numba, choose


@dataclass(frozen=True)
class Derivative:
    """The derivative of a sample by its logits, as an estimator defines it.

    It can be pickled and copied: the namespace of its arrays is looked up, for a field that holds a
    module could not.
    """

    _estimator: Estimator
    _settings: Settings
    _saved: Saved
    _tau: Tau | None
    _axis: int | None
    _sample_shape: tuple[int, ...] = ()

    def pullback(self, hard_cotangent: Array = None, soft_cotangent: Array = None) -> Array:
        """The cotangent of the logits, W g + J(pi) h.

        Parameters
        ----------
        hard_cotangent, soft_cotangent : array, optional
            g and h, the cotangents of y_hard and y_soft, in their shapes; None is zero.

        Returns
        -------
        array
            In the shape and dtype of the logits.

        Raises
        ------
        TypeError
            A cotangent is no array of the library of the logits, or has no floating dtype.
        ValueError
            A cotangent has another shape than its output, or both are None.

        """
        if hard_cotangent is None and soft_cotangent is None:
            raise ValueError(
                "pass hard_cotangent, soft_cotangent or both: there is nothing to pull back"
            )
        g = None if hard_cotangent is None else self._samples(hard_cotangent)
        h = None if soft_cotangent is None else self._rows("soft_cotangent", soft_cotangent)
        rows = choose(self._estimator, self._saved.logits)
        with quiet():
            call = self._estimator, self._settings, self._saved, g, h, self._tau
            if self._sample_shape and isinstance(rows, Numba):
                xp = namespace(self._saved.logits)
                result = sum_of_pullbacks(rows, xp, *call)
            else:
                result = rows.pullback(*call)
        return HOST.placed(result, self._axis)

    def pushforward(self, tangent: Array) -> Sample:
        """The tangents of ``(y_hard, y_soft)``, W^T v and J(pi) v.

        Parameters
        ----------
        tangent : array
            v, the tangent of the logits, in their shape.

        Returns
        -------
        Sample
            In the shape and dtype of the logits.

        Raises
        ------
        TypeError
            The tangent is no array of the library of the logits, or has no floating dtype.
        ValueError
            The tangent has another shape than the logits.

        """
        v = self._rows("tangent", tangent)
        saved = self._saved
        xp, categories = (
            namespace(saved.logits),
            categories_of(saved.logits),
        )
        with quiet():
            hard, soft = passes(self._estimator).pushforward(
                xp, self._estimator, self._settings, saved, categories, v, self._tau
            )
        if self._sample_shape:
            hard = HOST.reshape(hard, self._sample_shape, 1, 0)
        return Sample(HOST.placed(hard, self._axis), HOST.placed(soft, self._axis))

    def _samples(self, hard_cotangent: Any) -> Array:
        """The checked cotangent of y_hard, several samples along one axis, categories last."""
        shape = self._sample_shape
        cotangent = self._rows("hard_cotangent", hard_cotangent, shape)
        if not shape:
            return cotangent
        return HOST.reshape(cotangent, (math.prod(shape),), len(shape), 0)

    def _rows(self, argument: str, vector: Any, sample_shape: tuple[int, ...] = ()) -> Array:
        """The checked vector with the categories last."""
        logits = self._saved.logits
        HOST.check(argument, vector, logits)
        arguments.check_dtype(HOST.dtype(vector), argument)
        shape = (*sample_shape, *HOST.placed(logits, self._axis).shape)
        if vector.shape != shape:
            wanted = "sample_shape and then the shape" if sample_shape else "the shape"
            raise ValueError(
                f"{argument} must have {wanted} of the logits, {shape}, got {vector.shape}"
            )
        return HOST.rows(vector, self._axis)


def quiet() -> np.errstate:
    """Rows without a distribution become NaN on purpose; NumPy need not warn of it."""
    return np.errstate(invalid="ignore")
