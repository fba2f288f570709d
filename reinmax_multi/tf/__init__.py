"""The family for TensorFlow."""

from .. import estimators
from ._adapter import BoundEstimator, bind
from ._diagnose import diagnose

reinmax = bind(estimators.reinmax)
straight_through = bind(estimators.straight_through)

__all__ = ["BoundEstimator", "bind", "diagnose", "reinmax", "straight_through"]
