"""Categories of plain rows, of which a process may have a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from .._call.prepare import Drawing
from .._core import binary, distribution
from .._core.gradient import categories_drawn
from . import _namespace as xp
from ._host import HOST
from ._whole import categories_of

if TYPE_CHECKING:
    from ._categories import Part


def drawn(drawing: Drawing, part: Part | None = None) -> torch.Tensor:
    """The samples of a checked call on plain tensors, which may have a part of each row."""
    rows, noise, shape = drawing
    index: torch.Tensor = categories_drawn(*_names_and_rows(rows, part), noise)
    return HOST.reshape(index, shape, 1, 0)


def drawn_values(drawing: Drawing) -> torch.Tensor:
    """The values of binary variables of a checked call on plain tensors."""
    rows, noise, shape = drawing
    values: torch.Tensor = binary.values_drawn(xp, rows.detach(), noise)
    return HOST.reshape(values, shape, 1, 0)


def likeliest(rows: torch.Tensor, part: Part | None = None) -> torch.Tensor:
    """The mode of plain rows, which may have a part of each."""
    index: torch.Tensor = distribution.mode(*_names_and_rows(rows, part))
    return index[..., 0]


def _names_and_rows(rows: torch.Tensor, part: Part | None) -> tuple[Any, torch.Tensor, Any]:
    if part is None:
        return xp, rows.detach(), categories_of(rows)
    return part.namespace, rows.detach(), part.categories(rows)
