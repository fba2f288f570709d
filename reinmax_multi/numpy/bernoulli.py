"""The family for binary variables, in the reference: each 1 with probability sigmoid(logits)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from .. import estimators
from .._call.prepare import prepare_draw, prepare_logits
from .._call.sampling import documented
from .._core.binary import binary, values_drawn
from .._core.estimator import Estimator
from ._adapter import BoundEstimator, bound_as
from ._derivative import quiet
from ._face import BERNOULLI
from ._library import namespace
from ._rows import HOST


def bind(estimator: Estimator) -> BoundEstimator:
    """The reference function of an estimator record for binary variables."""
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
>>> import numpy as np
>>> from reinmax_multi.numpy.bernoulli import draw
>>> draw(np.zeros((4, 3)), sample_shape=(2,), rng=np.random.default_rng(0)).shape
(2, 4, 3)
""",
)
def draw(
    logits: Any, *, sample_shape: Sequence[int] = (), rng: numpy.random.Generator | None = None
) -> Any:
    rows, noise, shape = prepare_draw(HOST, logits, sample_shape, None, rng, binary=True)
    with quiet():
        return HOST.reshape(values_drawn(namespace(rows), rows, noise), shape, 1, 0)


@documented(
    BERNOULLI,
    """
>>> import numpy as np
>>> from reinmax_multi.numpy.bernoulli import mode
>>> mode(np.array([0.5, 0.0, -np.inf]))
array([1, 0, 0])
""",
)
def mode(logits: Any) -> Any:
    logits = prepare_logits(HOST, logits)
    xp = namespace(logits)
    return xp.astype(logits > 0, xp.int64)


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
