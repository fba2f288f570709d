"""The array-API names that the core uses, for PyTorch.

torch's own where they agree with the standard, array-api-compat's where they do not, and our own
for the rest: array-api-compat looks up the namespace of ``cumulative_sum`` through a cache, at
which torch.compile warns, and pays three more kernels for negative indices in ``take_along_axis``,
where ``torch.gather`` serves indices that already have the shape of ``x`` but for the axis;
``torch.count_nonzero`` has no batching rule up to 2.8, and on a mask is slower than a sum.
"""

import torch
from array_api_compat.torch import concat, reshape, round
from torch import (
    bitwise_right_shift,
    clip,
    exp,
    float32,
    float64,
    full_like,
    int32,
    int64,
    log,
    maximum,
    minimum,
    where,
    zeros_like,
)

from .._core.namespace import Namespace, Native
from . import _linalg as linalg
from ._functorch import inside_functorch

__all__ = [
    "astype",
    "bitwise_right_shift",
    "clip",
    "concat",
    "count_nonzero",
    "cumulative_sum",
    "exp",
    "float32",
    "float64",
    "full_like",
    "int32",
    "int64",
    "linalg",
    "log",
    "max",
    "maximum",
    "minimum",
    "moveaxis",
    "reshape",
    "round",
    "sum",
    "take_along_axis",
    "where",
    "zeros_like",
]


def astype(x: torch.Tensor, dtype: torch.dtype, /, *, copy: bool = True) -> torch.Tensor:
    return x if x.dtype == dtype and not copy else x.to(dtype, copy=copy)


def count_nonzero(mask: torch.Tensor, /, *, axis: int, keepdims: bool) -> torch.Tensor:
    return sum(mask.to(torch.float32), axis=axis, keepdims=keepdims).to(torch.int64)


def cumulative_sum(x: torch.Tensor, /, *, axis: int, dtype: torch.dtype) -> torch.Tensor:
    return torch.cumsum(x, axis, dtype=dtype)


def max(x: torch.Tensor, /, *, axis: int, keepdims: bool) -> torch.Tensor:
    if x.shape[axis] == 2:
        return torch.maximum(*torch.split(x, 1, axis))
    return torch.amax(x, axis, keepdims)


def moveaxis(x: torch.Tensor, source: int, destination: int, /) -> torch.Tensor:
    """Copied into its new order: eager kernels and Inductor would otherwise keep the old order of
    memory in all later steps. ``torch.moveaxis`` has no batching rule.
    """
    return native.settled(torch.movedim(x, source, destination).contiguous())


def sum(x: torch.Tensor, /, *, axis: int, keepdims: bool = False) -> torch.Tensor:
    if x.shape[axis] == 2 and keepdims:
        return torch.add(*torch.split(x, 1, axis))
    return torch.sum(x, axis, keepdims)


def take_along_axis(x: torch.Tensor, indices: torch.Tensor, /, *, axis: int) -> torch.Tensor:
    if x.shape[:-1] != indices.shape[:-1] and axis == -1:  # a gather has no broadcasting
        x = x.expand(*indices.shape[:-1], x.shape[-1])
    return torch.gather(x, axis, indices)


class Steps(Native):
    """Steps that eager PyTorch has a faster kernel for, or that Inductor needs in another form."""

    def add_at(
        self,
        xp: Namespace,
        x: torch.Tensor,
        index: torch.Tensor,
        categories: torch.Tensor,
        by: torch.Tensor,
    ) -> torch.Tensor:
        """Compiled, a comparison: on a CPU, Inductor of torch 2.13 fuses a scatter_add with a
        reader of its result, so that sums of both are wrong in the first digit.
        """
        if torch.compiler.is_compiling():
            return torch.where(categories == index, x + by, x)
        if inside_functorch():  # a map over the index alone may not write into what it shares
            return x.scatter_add(-1, index, by)
        return x.scatter_add_(-1, index, by)

    def one_hot(
        self,
        xp: Namespace,
        off_value: torch.Tensor,
        index: torch.Tensor,
        categories: torch.Tensor,
    ) -> torch.Tensor:
        """Compiled, a comparison, which Inductor fuses with what reads the sample."""
        if torch.compiler.is_compiling():
            return torch.where(categories == self.settled(index), off_value + 1, off_value)
        off_value = off_value.expand(index.shape)
        rows = off_value.expand(*index.shape[:-1], categories.shape[0])
        return rows.scatter(-1, index, off_value + 1)

    def samples_at_once(self, shape: tuple[int | None, ...]) -> int:
        """Compiled, all: Inductor fuses a step of any length, and a loop would be unrolled."""
        return 2**30 if torch.compiler.is_compiling() else super().samples_at_once(shape)

    def sigmoid(self, xp: Namespace, x: torch.Tensor) -> torch.Tensor:
        """One kernel; on a CPU ``where`` alone takes ten times as long."""
        return torch.sigmoid(x)

    def reached(self, xp: Namespace, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """In place, in the dtype of x: a mask would have to be converted."""
        if torch.compiler.is_compiling() or inside_functorch():
            return (x >= y).to(x.dtype)
        return x.ge_(y)

    def settled(self, x: torch.Tensor) -> torch.Tensor:
        """Compiled, a tensor in memory: Inductor recomputes a value at each use, and a hash uses
        each of its steps twice. Explicit strides avoid a failure of Dynamo when it retraces a
        backward pass, where it does not know those of a tensor.
        """
        if not torch.compiler.is_compiling():
            return x
        strides = [1]
        for size in reversed(x.shape[1:]):
            strides.insert(0, strides[0] * size)
        return x.contiguous().as_strided(x.shape, strides)


native = Steps()
