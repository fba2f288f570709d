"""One binding for all estimators: a tf.custom_gradient around the custom gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import tensorflow as tf

from .._call.face import Face, present
from .._call.prepare import Call, prepare
from .._core.estimator import FORWARD_TAU, Estimator, Sample
from .._core.passes import passes
from .._core.residuals import Saved
from . import _namespace as xp
from ._face import FACE
from ._host import HOST

BoundEstimator: TypeAlias = Callable[..., Sample]


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable TensorFlow function of an estimator record."""
    return bound_as(estimator, FACE)


def bound_as(estimator: Estimator, face: Face) -> BoundEstimator:
    """The function of a record, of rows or of binary variables, under a face."""

    def bound(
        logits: tf.Tensor | tf.Variable, tau: float | tf.Tensor = 1.0, **options: Any
    ) -> Sample:
        call = prepare(HOST, estimator, logits, tau, options)
        hard, soft = (tf.cast(part, call.logits.dtype) for part in _sampled(estimator, call))
        if call.sample_shape:
            hard = HOST.reshape(hard, call.sample_shape, 1, 0)
        return Sample(HOST.placed(hard, call.axis), HOST.placed(soft, call.axis))

    return present(bound, estimator, face)


def _sampled(estimator: Estimator, call: Call) -> tuple[tf.Tensor, tf.Tensor]:
    """y_hard and y_soft, each with a custom gradient of its own: TensorFlow passes zeros for an
    output that is not used, and their products would be computed. For second derivatives the
    pullbacks use the y_soft that depends on the logits; a ForwardAccumulator calls the first one
    before it exists.
    """
    _, rows, noise, sample, words, tau, settings, _, _ = call
    categories = tf.range(tf.shape(rows, tf.int64)[-1])
    forward, pullback, _ = passes(estimator)
    hard, soft, index = forward(
        xp,
        tf.stop_gradient(rows),
        categories,
        noise=noise,
        sample=sample,
        forward_tau=settings.get(FORWARD_TAU, 1.0),
    )
    attached = None

    def soft_pullback(cotangent: tf.Tensor) -> tf.Tensor:
        saved = Saved(rows, attached, index, words)
        return pullback(xp, estimator, settings, saved, categories, None, cotangent, None)

    attached = soft = _with_pullback(soft, soft_pullback, rows)
    saved = Saved(rows, soft, index, words)

    def hard_pullback(cotangent: tf.Tensor) -> tf.Tensor:
        return pullback(xp, estimator, settings, saved, categories, cotangent, None, tau)

    return _with_pullback(hard, hard_pullback, rows), soft


def _with_pullback(
    value: tf.Tensor, pullback: Callable[[tf.Tensor], tf.Tensor], rows: tf.Tensor
) -> tf.Tensor:
    """``value`` as a function of ``rows`` whose derivative is the pullback."""
    return tf.custom_gradient(lambda rows: (value, pullback))(rows)
