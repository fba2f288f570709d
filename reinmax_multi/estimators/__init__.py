"""The family, one file an estimator."""

from .reinmax import reinmax
from .straight_through import straight_through

__all__ = ["reinmax", "straight_through"]
