"""The family for binary variables, in TensorFlow: each 1 with probability sigmoid(logits)."""

from .. import estimators
from .._core.binary import binary
from .._core.estimator import Estimator
from ._adapter import BoundEstimator, bound_as
from ._face import BERNOULLI


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

__all__ = [
    "BoundEstimator",
    "bind",
    "decoupled_straight_through",
    "gapped_straight_through",
    "gumbel_rao",
    "gumbel_softmax",
    "minimum_variance",
    "reinmax",
    "reinmax_cv",
    "reinmax_rao",
    "straight_through",
    "zgr",
]
