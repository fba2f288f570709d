"""The family for binary variables, in TensorFlow: each 1 with probability sigmoid(logits)."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from .. import estimators
from .._call.prepare import prepare_draw, prepare_logits
from .._call.sampling import documented
from .._core.binary import binary, values_drawn
from .._core.estimator import Estimator
from . import _namespace as xp
from ._adapter import BoundEstimator, bound_as
from ._face import BERNOULLI
from ._host import HOST


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable TensorFlow function of an estimator record for binary variables."""
    return bound_as(binary(estimator), BERNOULLI)


decoupled_straight_through = bind(estimators.decoupled_straight_through)
gapped_straight_through = bind(estimators.gapped_straight_through)
gumbel_rao = bind(estimators.gumbel_rao)
gumbel_softmax = bind(estimators.gumbel_softmax)
minimum_variance = bind(estimators.minimum_variance)
reinmax = bind(estimators.reinmax)
reinmax_cv = bind(estimators.reinmax_cv)
reinmax_rao = bind(estimators.reinmax_rao)
straight_through = bind(estimators.straight_through)
zgr = bind(estimators.zgr)


@documented(
    BERNOULLI,
    """
>>> import tensorflow as tf
>>> from reinmax_multi.tf.bernoulli import draw
>>> draw(tf.zeros((4, 3)), sample_shape=(2,), seed=(0, 0)).shape
TensorShape([2, 4, 3])
""",
)
def draw(
    logits: tf.Tensor | tf.Variable,
    *,
    sample_shape: Sequence[int] = (),
    seed: int | tuple[int, int] | tf.Tensor | tf.random.Generator | None = None,
) -> tf.Tensor:
    rows, noise, shape = prepare_draw(HOST, logits, sample_shape, None, seed, binary=True)
    return HOST.reshape(values_drawn(xp, tf.stop_gradient(rows), noise), shape, 1, 0)


@documented(
    BERNOULLI,
    """
>>> import tensorflow as tf
>>> from reinmax_multi.tf.bernoulli import mode
>>> mode(tf.constant([0.5, 0.0, -float("inf")])).numpy()
array([1, 0, 0])
""",
)
def mode(logits: tf.Tensor | tf.Variable) -> tf.Tensor:
    return tf.cast(prepare_logits(HOST, logits) > 0, tf.int64)


__all__ = [
    "BoundEstimator",
    "bind",
    "decoupled_straight_through",
    "draw",
    "gapped_straight_through",
    "gumbel_rao",
    "gumbel_softmax",
    "minimum_variance",
    "mode",
    "reinmax",
    "reinmax_cv",
    "reinmax_rao",
    "straight_through",
    "zgr",
]
