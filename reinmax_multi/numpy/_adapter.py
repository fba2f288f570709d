"""One binding for all estimators: the sample and its derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .._call.face import Face, present
from .._call.prepare import prepare
from .._core.estimator import FORWARD_TAU, Estimator, Sample
from .._core.namespace import Array
from .._core.residuals import Saved, Tau
from ._derivative import Derivative, quiet
from ._face import FACE
from ._rows import HOST, choose, core_for

BoundEstimator: TypeAlias = Callable[..., tuple[Sample, Derivative]]


def bind(estimator: Estimator) -> BoundEstimator:
    """The reference function of an estimator record."""
    return bound_as(estimator, FACE)


def bound_as(estimator: Estimator, face: Face) -> BoundEstimator:
    """The function of a record, of rows or of binary variables, under a face."""

    def bound(logits: Array, tau: Tau = 1.0, **options: Any) -> tuple[Sample, Derivative]:
        call = prepare(HOST, estimator, logits, tau, options)
        _, rows, noise, sample, words, tau, settings, axis, shape = call
        way = core_for(estimator) if shape else choose(estimator, rows)
        with quiet():
            hard, soft, index = way.forward(rows, noise, sample, settings.get(FORWARD_TAU, 1.0))
        if shape:
            hard = HOST.reshape(hard, shape, 1, 0)
        value = Sample(HOST.placed(hard, axis), HOST.placed(soft, axis))
        saved = Saved(rows, soft, index, words)
        return value, Derivative(estimator, settings, saved, tau, axis, shape)

    return present(bound, estimator, face)
