"""The family, one file an estimator."""

from .decoupled_straight_through import decoupled_straight_through
from .gapped_straight_through import gapped_straight_through
from .gumbel_rao import gumbel_rao
from .gumbel_softmax import gumbel_softmax
from .minimum_variance import minimum_variance
from .reinmax import reinmax
from .reinmax_cv import reinmax_cv
from .reinmax_rao import reinmax_rao
from .straight_through import straight_through
from .zgr import zgr

__all__ = [
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
