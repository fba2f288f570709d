"""What the type of an array tells of several devices, and how a call follows it.

On a mesh with explicit axes a type names the axes that an array is split over, and each operation
has to say how its result is split; running sums, gathers and windows do not. So a call runs where
these axes are automatic, as the random numbers of JAX itself do, and gives its results the split of
the logits. Inside ``jax.shard_map`` a type names the axes along which the values of an array may
differ, and the derivative of a result must have the result's own. On automatic axes types say
nothing: the compiler splits the program by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jax.sharding import NamedSharding, PartitionSpec

Split: Any = PartitionSpec
"""A mesh axis, several or None for each dimension; JAX has no types for its making."""


def split_of(array: jax.Array) -> PartitionSpec | None:
    """The mesh axes in the type, one entry a dimension; None on a mesh without explicit axes."""
    sharding = jax.typeof(array).sharding
    return sharding.spec if sharding.mesh.explicit_axes else None


def on_mesh(function: Callable[..., Any], like: jax.Array, *splits: PartitionSpec) -> Any:
    """``function``, which returns a tuple, on automatic axes; ``splits`` are those of its results.

    ``like`` is an array of the mesh, which has explicit axes.
    """
    mesh = jax.typeof(like).sharding.mesh
    results = tuple(NamedSharding(mesh, split) for split in splits)
    return jax.sharding.auto_axes(function, axes=mesh.explicit_axes, out_sharding=results)


def whole_rows(split: PartitionSpec) -> PartitionSpec:
    """The same split of the rows, with all categories on each device."""
    whole: PartitionSpec = Split(*split[:-1], None)
    return whole


def varying_axes(*arrays: Any) -> frozenset[str]:
    """The axes of ``shard_map`` along which one of the arrays, or trees of arrays, may differ."""
    leaves = jax.tree.leaves(arrays)
    return frozenset().union(*(jax.typeof(leaf).manual_axis_type.varying for leaf in leaves))


def varying_as(array: jax.Array, *others: Any) -> jax.Array:
    """``array`` in the type of one that may differ wherever it or one of the others does."""
    missing = varying_axes(*others) - varying_axes(array)
    return jax.lax.pcast(array, tuple(sorted(missing)), to="varying") if missing else array
