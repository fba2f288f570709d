"""Categories without a gradient, and logits with a share of the uniform distribution."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from .._call import arguments
from .._call.prepare import prepare_draw, prepare_rows
from .._call.sampling import documented
from .._core import distribution
from . import _namespace as xp
from ._drawn import drawn, likeliest
from ._face import FACE
from ._host import HOST, is_spread


@documented(
    FACE,
    """
>>> import torch
>>> from reinmax_multi.torch import draw
>>> draw(torch.zeros(4, 3), sample_shape=(2,)).shape
torch.Size([2, 4])
""",
)
def draw(
    logits: torch.Tensor,
    *,
    sample_shape: Sequence[int] = (),
    dim: int = -1,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    if is_spread(logits):
        from ._mesh import draw_spread

        spread: torch.Tensor = draw_spread(logits, sample_shape, dim, generator)
        return spread
    return drawn(prepare_draw(HOST, logits, sample_shape, dim, generator))


@documented(
    FACE,
    """
>>> import torch
>>> from reinmax_multi.torch import mode
>>> mode(torch.tensor([[0.0, 2.0, 2.0], [1.0, 0.0, -torch.inf]]))
tensor([1, 0])
""",
)
def mode(logits: torch.Tensor, *, dim: int = -1) -> torch.Tensor:
    if is_spread(logits):
        from ._mesh import mode_spread

        spread: torch.Tensor = mode_spread(logits, dim)
        return spread
    rows, _ = prepare_rows(HOST, logits, dim)
    return likeliest(rows)


@documented(
    FACE,
    """
>>> import torch
>>> from reinmax_multi.torch import unimix
>>> unimix(torch.tensor([0.0, 100.0]), 0.01).exp()
tensor([0.0050, 0.9950])
""",
)
def unimix(logits: torch.Tensor, share: float, *, dim: int = -1) -> torch.Tensor:
    rows, axis = prepare_rows(HOST, logits, dim)
    mixed: torch.Tensor = distribution.unimix(xp, rows, arguments.check_share(share))
    return HOST.moveaxis(mixed, -1, axis)
