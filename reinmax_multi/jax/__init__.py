"""The family for JAX."""

from typing import Any

from .. import estimators
from . import bernoulli
from ._adapter import BoundEstimator, bind
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
    "bernoulli",
    "bind",
    "decoupled_straight_through",
    "diagnose",
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
    "unimix",
    "zgr",
]


def __getattr__(name: str) -> Any:
    """``diagnose``, which is imported when it is asked for."""
    if name != "diagnose":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ..diagnosis._diagnose import bind as bind_diagnose
    from ._evaluator import Evaluator

    family = {each: globals()[each] for each in estimators.__all__}
    diagnose = globals()["diagnose"] = bind_diagnose(Evaluator, family)
    return diagnose
