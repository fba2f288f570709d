"""What the core asks of an array library: names of the standard, and steps it may take natively.

``xp`` is a namespace of the Python array API standard, or a module that offers these names in their
standard meaning. Where a framework takes a step better in its own way, its module holds an instance
of a :class:`Native` subclass under the name ``native``; :func:`native` finds it, here and nowhere
else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from . import grid

Array: TypeAlias = Any


class Namespace(Protocol):
    """The names of the array API standard (2024.12) that the core uses, and no others.

    The parameters are those that the core gives. An array may be None in one dimension of its
    ``shape``, as the standard allows for a size that is not known yet.
    """

    float32: Any
    float64: Any
    int32: Any
    int64: Any
    linalg: Any

    def astype(self, x: Array, dtype: Any, /, *, copy: bool = True) -> Array: ...
    def bitwise_right_shift(self, x: Array, by: Any, /) -> Array: ...
    def clip(self, x: Array, /, min: float, max: float) -> Array: ...
    def concat(self, arrays: list[Array], /, *, axis: int = 0) -> Array: ...
    def count_nonzero(self, x: Array, /, *, axis: int, keepdims: bool) -> Array: ...
    def cumulative_sum(self, x: Array, /, *, axis: int, dtype: Any) -> Array: ...
    def exp(self, x: Array, /) -> Array: ...
    def full_like(self, x: Array, /, fill_value: float) -> Array: ...
    def log(self, x: Array, /) -> Array: ...
    def max(self, x: Array, /, *, axis: int, keepdims: bool) -> Array: ...
    def maximum(self, x: Array, y: Array, /) -> Array: ...
    def minimum(self, x: Array, y: Array, /) -> Array: ...
    def moveaxis(self, x: Array, source: int, destination: int, /) -> Array: ...
    def reshape(self, x: Array, /, shape: tuple[Any, ...]) -> Array: ...
    def round(self, x: Array, /) -> Array: ...
    def sum(self, x: Array, /, *, axis: int, keepdims: bool = False) -> Array: ...
    def take_along_axis(self, x: Array, indices: Array, /, *, axis: int) -> Array: ...
    def where(self, condition: Array, x: Array, y: Array, /) -> Array: ...
    def zeros_like(self, x: Array, /) -> Array: ...


class Native:
    """The steps that a framework may take in its own way.

    Each method here is the generic step, in names of the standard: what a subclass puts in its
    place is held to it by a test, and a subclass that has nothing better for some sizes calls it.
    """

    transposes: bool = False
    """Whether the framework makes one mode of differentiation by transposing the other. Products
    are then written so that their transpose keeps its digits too."""

    whole_rows: bool = True
    """Whether the arrays hold all categories of a row."""

    def length(self, rows: Array) -> Any:
        """How many categories a row has, of which the arrays may hold a part."""
        return rows.shape[-1]

    def ends(self, categories: Array) -> tuple[Array, Array]:
        """The first category of a row and the last one, (1,) each."""
        return categories[:1], categories[-1:]

    def add_at(self, xp: Namespace, x: Array, index: Array, categories: Array, by: Array) -> Array:
        """``x`` with ``by``, (..., 1), added at the index of each row; may overwrite ``x``."""
        return x + xp.where(categories == index, by, xp.zeros_like(by))

    def one_hot(self, xp: Namespace, off_value: Array, index: Array, categories: Array) -> Array:
        """``off_value + 1`` at the index of each row and ``off_value``, (..., 1), elsewhere."""
        return xp.where(categories == index, off_value + 1, off_value)

    def block_sums(self, xp: Namespace, weights: Array, width: int) -> Array:
        """The sums of blocks of ``width`` neighbours, of which the last one may be shorter."""
        *batch, size = weights.shape
        whole = size - size % width
        blocks = xp.reshape(weights[..., :whole], (*batch, whole // width, width))
        sums = xp.sum(blocks, axis=-1)
        if whole < size:
            rest = xp.sum(weights[..., whole:], axis=-1, keepdims=True)
            sums = xp.concat([sums, rest], axis=-1)
        return sums

    def within(
        self,
        xp: Namespace,
        shares: Array,
        block: Array,
        width: int,
        noise: Array,
        categories: Array,
    ) -> Array:
        """The category, (..., 1), that ``noise`` chooses in a block of each row of ``shares``."""
        start, last = width * block, categories[-1:]
        position = start + categories[:width]
        inside = xp.take_along_axis(shares, xp.minimum(position, last), axis=-1)
        inside = xp.where(position <= last, inside, xp.zeros_like(inside))
        inside = inside / xp.sum(inside, axis=-1, keepdims=True)
        return xp.minimum(start + self.rank(xp, grid.cells(xp, inside), noise), last)

    def rank(self, xp: Namespace, cells: Array, noise: Array) -> Array:
        """The first category whose running count exceeds floor(noise * total / GRID)."""
        ends = xp.cumulative_sum(cells, axis=-1, dtype=xp.int32)
        target = grid.scale(xp, noise, ends[..., -1:])
        return xp.count_nonzero(ends[..., :-1] <= target, axis=-1, keepdims=True)

    def sigmoid(self, xp: Namespace, x: Array) -> Array:
        """1 / (1 + exp(-x)) with all its digits for x below 0, without an overflow. At 0 both
        branches have the same derivatives, and no 1 is divided: TensorFlow approximates reciprocals
        in a graph.
        """
        negative = x < 0
        odds = xp.exp(xp.where(negative, x, -x))
        return xp.where(negative, odds, xp.full_like(odds, 1.0)) / (odds + 1.0)

    def reached(self, xp: Namespace, x: Array, y: Array) -> Array:
        """1 where x is at least y and 0 elsewhere, in the dtype of x, which may be overwritten."""
        return xp.astype(x >= y, x.dtype)

    def settled(self, x: Array) -> Array:
        """``x`` itself; where a compiler would compute it anew for each use, kept in memory."""
        return x

    def chunk(self) -> int:
        """Elements of noise at once, so few that the arrays of a step stay in the caches."""
        return 2**18

    def at_once(self, shape: tuple[int | None, ...]) -> int:
        """How many samples of a shape make a chunk; one if a dimension is not known yet."""
        elements = 1
        for size in shape:
            if size is None:
                return 1
            elements *= size
        return max(1, self.chunk() // max(1, elements))

    def samples_at_once(self, shape: tuple[int | None, ...]) -> int:
        """How many samples of rows of a shape are pulled back in a step."""
        return self.at_once(shape)

    def stacked(self, xp: Namespace, step: Callable[[Any], Array], count: int) -> Array:
        """``step(number)`` for 0 .. count - 1, along a new first axis."""
        return xp.concat([step(number)[None, ...] for number in range(count)], axis=0)

    def accumulate(self, step: Callable[[Any], Array], count: int) -> Array:
        """The sum of ``step(number)`` over 0 .. count - 1; a loop of the framework's own where a
        loop of Python would be unrolled into a program as long as the loop.
        """
        total = step(0)
        for number in range(1, count):
            total = total + step(number)
        return total


GENERIC = Native()


def native(xp: Namespace) -> Native:
    """The steps of a namespace; the generic ones for a library that has none of its own."""
    steps: Native = getattr(xp, "native", GENERIC)
    return steps
