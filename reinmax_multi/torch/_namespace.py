"""The array-API names that the core uses, for PyTorch.

torch's own where they agree with the standard, array-api-compat's where they do not, and three of
ours. array-api-compat looks up the namespace of ``cumulative_sum`` through a cache, at which
torch.compile warns, and pays three more kernels for negative indices in ``take_along_axis``;
``torch.count_nonzero`` has no batching rule up to 2.8, and on a mask is slower than a sum.
"""

import torch
from array_api_compat.torch import astype, concat, max, reshape, round, sum
from torch import (
    exp,
    float32,
    float64,
    full_like,
    int32,
    maximum,
    minimum,
    where,
    zeros_like,
)

__all__ = [
    "astype",
    "concat",
    "count_nonzero",
    "cumulative_sum",
    "exp",
    "float32",
    "float64",
    "full_like",
    "int32",
    "max",
    "maximum",
    "minimum",
    "reshape",
    "round",
    "sum",
    "take_along_axis",
    "where",
    "zeros_like",
]


def count_nonzero(mask: torch.Tensor, /, *, axis: int, keepdims: bool) -> torch.Tensor:
    return torch.sum(mask, axis, keepdims)


def cumulative_sum(x: torch.Tensor, /, *, axis: int, dtype: torch.dtype) -> torch.Tensor:
    return torch.cumsum(x, axis, dtype=dtype)


def take_along_axis(x: torch.Tensor, indices: torch.Tensor, /, *, axis: int) -> torch.Tensor:
    return torch.take_along_dim(x, indices, axis)


# The steps that eager PyTorch runs faster in a kernel of its own; see reinmax_multi._math.


def native_add_at(x: torch.Tensor, index: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    return x.scatter_add(-1, index, value)


def native_one_hot(
    cold: torch.Tensor, index: torch.Tensor, categories: torch.Tensor
) -> torch.Tensor:
    rows = cold.expand(*cold.shape[:-1], categories.shape[0])
    return rows.scatter(-1, index, cold + 1)
