"""The family for binary variables, in PyTorch: each 1 with probability sigmoid(logits)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from .. import estimators
from .._call.prepare import prepare_draw, prepare_logits
from .._call.sampling import documented
from .._core.binary import binary
from .._core.estimator import Estimator
from ._adapter import BoundEstimator, bound_as
from ._drawn import drawn_values
from ._face import BERNOULLI
from ._host import HOST, is_spread


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable PyTorch function of an estimator record for binary variables."""
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
>>> import torch
>>> from reinmax_multi.torch.bernoulli import draw
>>> draw(torch.zeros(4, 3), sample_shape=(2,)).shape
torch.Size([2, 4, 3])
""",
)
def draw(
    logits: torch.Tensor,
    *,
    sample_shape: Sequence[int] = (),
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    if is_spread(logits):
        from ._mesh import draw_spread

        spread: torch.Tensor = draw_spread(logits, sample_shape, None, generator)
        return spread
    return drawn_values(prepare_draw(HOST, logits, sample_shape, None, generator, binary=True))


@documented(
    BERNOULLI,
    """
>>> import torch
>>> from reinmax_multi.torch.bernoulli import mode
>>> mode(torch.tensor([0.5, 0.0, -torch.inf]))
tensor([1, 0, 0])
""",
)
def mode(logits: torch.Tensor) -> torch.Tensor:
    logits = logits if is_spread(logits) else prepare_logits(HOST, logits)
    return (logits > 0).to(torch.int64)


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
