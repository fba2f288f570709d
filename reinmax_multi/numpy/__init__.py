"""The reference: values and explicit derivatives on NumPy and any array-API library.

There is no automatic differentiation here to hook into. A bound estimator returns the sample
together with its :class:`Derivative`, whose pullback and pushforward are the ones that the
framework adapters register.
"""

from .. import estimators
from . import bernoulli
from ._adapter import BoundEstimator, bind
from ._derivative import Derivative
from ._kernel import kernel
from ._sampling import draw, mode, unimix

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
    "Derivative",
    "bernoulli",
    "bind",
    "decoupled_straight_through",
    "draw",
    "gapped_straight_through",
    "gumbel_rao",
    "gumbel_softmax",
    "kernel",
    "minimum_variance",
    "mode",
    "reinmax",
    "reinmax_cv",
    "reinmax_rao",
    "straight_through",
    "unimix",
    "zgr",
]
