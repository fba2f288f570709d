"""The family for TensorFlow."""

from .. import estimators
from ._adapter import BoundEstimator, bind

reinmax = bind(estimators.reinmax)
straight_through = bind(estimators.straight_through)

__all__ = ["BoundEstimator", "bind", "reinmax", "straight_through"]
