"""The draw where the categories of a row are split over devices.

A row of K is drawn by blocks of about sqrt(K) neighbours, so their sums are all that every device
has to have: with them each draws the block, and the device that has the block draws in it and sends
one number a row. A block belongs to the device in which it starts, and what lies beyond is sent to
there, so every sum is taken of the same numbers in the same order as on one device, and the sample
is the same.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import PartitionSpec

from .._core.draw import block_width, stages
from .._core.namespace import Array, Namespace
from . import _namespace
from ._mesh import Split, split_of, whole_rows

lax: Any = jax.lax
sharding: Any = jax.sharding
"""JAX has no types for what they do to several devices."""


def gathered(rows: Any, *, always: bool = False) -> Any:
    """Rows that are drawn in one stage on every device as a whole: their categories are their
    blocks. Also longer ones, if ``always``.
    """
    split = split_of(rows)
    if split is None or split[-1] is None or (stages(rows.shape[-1]) > 1 and not always):
        return rows
    mesh = jax.typeof(rows).sharding.mesh
    return sharding.reshard(rows, sharding.NamedSharding(mesh, whole_rows(split)))


def namespace_for(rows: jax.Array) -> Any:
    """The names that the core draws with; those of one device unless the type tells otherwise."""
    split, size = split_of(rows), rows.shape[-1]
    if split is None or split[-1] is None or stages(size) == 1:
        return _namespace
    axes = split[-1] if isinstance(split[-1], tuple) else (split[-1],)
    devices = math.prod(jax.typeof(rows).sharding.mesh.shape[axis] for axis in axes)
    if devices * block_width(size) > size:  # so many that a block would lie on more than two
        return _namespace
    names = {name: getattr(_namespace, name) for name in _namespace.__all__}
    return types.SimpleNamespace(**names, native=Spread(axes, devices, size))


class Spread(_namespace.Steps):
    """The two steps of a long row that look at its blocks, for categories split over ``axes``."""

    whole_rows = False

    def __init__(self, axes: tuple[str, ...], devices: int, size: int) -> None:
        width, share = block_width(size), size // devices
        blocks = -(-size // width)
        starts = [min(-(-number * share // width), blocks) for number in range(devices + 1)]
        self.axes, self.width, self.share, self.starts = axes, width, share, np.array(starts)
        self.most = int(np.diff(self.starts).max())
        self.beyond = max(
            0, *(min(start * width, size) - number * share for number, start in enumerate(starts))
        )

    def block_sums(self, xp: Namespace, weights: jax.Array, width: int) -> Array:
        def local(weights: jax.Array) -> Array:
            return super(Spread, self).block_sums(xp, self._own(weights), width)

        sums = self._split(local, Split(*[None] * (weights.ndim - 1), self.axes))(weights)
        rows = [PartitionSpec.UNCONSTRAINED] * (weights.ndim - 1)
        sums = lax.with_sharding_constraint(sums, Split(*rows, None))
        counts = np.diff(self.starts)
        places = [i * self.most + np.arange(count) for i, count in enumerate(counts)]
        if counts.min() == self.most:
            return sums
        return jnp.take(sums, np.concatenate(places), axis=-1)

    def within(
        self,
        xp: Namespace,
        shares: jax.Array,
        block: jax.Array,
        width: int,
        noise: jax.Array,
        categories: jax.Array,
    ) -> Array:
        def local(shares: jax.Array, block: jax.Array, noise: jax.Array) -> Any:
            number = lax.axis_index(self.axes)
            first, end = jnp.asarray(self.starts)[number], jnp.asarray(self.starts)[number + 1]
            own = self._own(shares)
            nearest = jnp.clip(block - first, 0, self.most - 1)
            place = super(Spread, self).within(xp, own, nearest, width, noise, categories)
            here = (first <= block) & (block < end)
            return lax.psum(jnp.where(here, first * width + place, 0), self.axes)

        category = self._split(local, Split())(shares, block, noise)
        return jnp.minimum(category, shares.shape[-1] - 1)

    def _split(self, local: Callable[..., Any], result: PartitionSpec) -> Callable[..., Any]:
        """``local`` on the part of a device of the first argument, which has the categories."""

        def run(rows: jax.Array, *whole: jax.Array) -> Any:
            split = Split(*[None] * (rows.ndim - 1), self.axes)
            return jax.shard_map(
                local,
                in_specs=(split, *[Split()] * len(whole)),
                out_specs=result,
                axis_names=set(self.axes),
            )(rows, *whole)

        return run

    def _own(self, part: jax.Array) -> jax.Array:
        """The blocks that start on a device, of the categories that lie on it and of its right
        neighbour's first.
        """
        length = self.most * self.width
        if not self.beyond:
            return part
        devices = len(self.starts) - 1
        pairs = [(number + 1, number) for number in range(devices - 1)]
        sent = lax.ppermute(part[..., : self.beyond], self.axes, pairs)
        offset = -lax.axis_index(self.axes) * self.share % self.width
        spare = jnp.zeros_like(part[..., : self.width])
        whole = jnp.concat([part, sent, spare, spare], axis=-1)
        own: jax.Array = lax.dynamic_slice_in_dim(whole, offset, length, axis=-1)
        return own
