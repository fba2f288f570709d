"""What JAX contributes to the preparation of a call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.export import is_symbolic_dim

from .._call import arguments, foreign
from .._call.prepare import SAMPLE_STREAM, Noise, new_shape
from .._core.algebra import working_dtype
from .._core.estimator import Estimator
from .._core.grid import GRID
from . import _namespace as xp
from ._mesh import on_mesh, split_of, whole_rows


class Host:
    """See :class:`reinmax_multi._call.prepare.Host`."""

    axis = "axis"
    source = "key"

    def is_array(self, value: Any) -> bool:
        return isinstance(value, jax.Array)

    def check(self, argument: str, value: Any, rows: jax.Array | None = None) -> None:
        if not isinstance(value, (jax.Array, np.ndarray, np.generic)):
            raise TypeError(
                f"{argument} must be an array, got {type(value).__name__}: wrap it in jnp.asarray"
            )
        arguments.check_unmasked(argument, isinstance(value, np.ma.MaskedArray))

    def asarray(self, logits: Any) -> jax.Array:
        if isinstance(logits, jax.Array):
            return logits
        # JAX takes no bytes in the order of another machine
        return jnp.asarray(logits.astype(logits.dtype.name, copy=False))

    def rows(self, logits: jax.Array, axis: int | None) -> jax.Array:
        if axis is None:
            with unwatched():
                return jnp.expand_dims(logits, -1)
        return self.moveaxis(logits, axis, -1)

    def placed(self, rows: jax.Array, axis: int | None) -> jax.Array:
        if axis is None:
            with unwatched():
                return jnp.squeeze(rows, -1)
        return self.moveaxis(rows, -1, axis)

    def temperature(self, tau: jax.Array, rows: jax.Array) -> jax.Array:
        return tau.astype(working_dtype(xp, rows.dtype))

    def noise(self, estimator: Estimator | None, source: Any, rows: jax.Array) -> Noise:
        key = _checked_key(estimator, source)

        def draw(count: int, stream: int) -> jax.Array:
            return _draw(key, rows, count, stream)

        return draw

    def shape(self, array: Any) -> tuple[int | None, ...]:
        return tuple(None if is_symbolic_dim(size) else size for size in array.shape)

    def dtype(self, array: Any) -> str:
        name: str = array.dtype.name
        return name

    def reshape(self, array: jax.Array, sizes: tuple[int, ...], merged: int, at: int) -> jax.Array:
        return array.reshape(new_shape(array.shape, sizes, merged, at))

    def moveaxis(self, array: jax.Array, source: int, destination: int) -> jax.Array:
        if source == destination:
            return array
        with unwatched():
            return jnp.moveaxis(array, source, destination)

    def index(self, sample: Any, rows: jax.Array) -> jax.Array:
        if not isinstance(sample, jax.Array):  # jnp.asarray may keep the low 32 bits of a number
            sample = np.clip(sample.astype(np.int64), -1, np.iinfo(np.int32).max)
        return jnp.asarray(sample, jnp.arange(0).dtype)[..., None]


HOST = Host()


def as_array(argument: str, value: Any) -> Any:
    """The array of an object that has one, as ``nnx.Param`` has; all else as it is.

    The symbolic tensors of Keras have the method too, which raises an error of its own.
    """
    if isinstance(value, jax.Array):
        return value
    value = foreign.unwrapped(argument, value)
    convert = getattr(value, "__jax_array__", None)
    return value if convert is None else convert()


@contextmanager
def unwatched() -> Iterator[None]:
    """Another layout makes neither a NaN nor an infinity, and may meet one in the logits."""
    with jax.debug_nans(False), jax.debug_infs(False):
        yield


@contextmanager
def standard_promotion() -> Iterator[None]:
    """The core is written in the array API standard, which broadcasts arrays of different ranks:
    a user who has forbidden that to JAX has forbidden it in code of his own.
    """
    with jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard"):
        yield


def check_categories(rows: jax.Array, axis: int | None) -> None:
    """Raises ValueError if the number of categories is open, on which the draw depends."""
    size = rows.shape[-1]
    if is_symbolic_dim(size):
        raise ValueError(
            f"logits have a symbolic number of categories along axis={axis}, {size}: export with "
            "this dimension fixed, once for each number; the others may be symbolic"
        )


def _draw(key: jax.Array, rows: jax.Array, count: int, stream: int) -> jax.Array:
    shape = (*rows.shape[:-1], count)

    def numbers(key: jax.Array) -> tuple[jax.Array]:
        of_stream = key if stream == SAMPLE_STREAM else jax.random.fold_in(key, stream)
        bits = jax.random.bits(of_stream, shape, "uint32")
        return ((bits % GRID).astype("int32"),)

    split = split_of(rows)
    if split is None:
        return numbers(key)[0]
    on_rows = on_mesh(numbers, rows, whole_rows(split))
    # in a program that has the rows, which tell the devices where no mesh is set
    drawn: jax.Array = jax.jit(lambda key, rows: on_rows(key)[0], keep_unused=True)(key, rows)
    return drawn


def _checked_key(estimator: Estimator | None, key: Any) -> Any:
    if key is None:
        name, instead = "draw", ""
        if estimator is not None:
            name, instead = estimator.name, ", or the categories themselves as sample="
            if estimator.backward_noise:
                instead = ", also with sample=, for its gradient is random"
        raise TypeError(
            f"{name} needs key=: pass a PRNG key, as jax.random.key(0) or jax.random.split makes "
            f"it{instead}"
        )
    if not isinstance(key, (jax.Array, np.ndarray)):
        raise TypeError(
            f"key must be a PRNG key, got {type(key).__name__}: pass jax.random.key(seed)"
        )
    if not jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        try:
            key = jax.random.wrap_key_data(jnp.asarray(key))
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"key must be a PRNG key, got an array of {key.dtype.name} in the shape "
                f"{key.shape}: pass jax.random.key(seed)"
            ) from error
    if key.shape != ():
        raise ValueError(
            f"key must be one key, got an array of keys in the shape {key.shape}: take one of "
            "them, or map over them with jax.vmap"
        )
    return key
