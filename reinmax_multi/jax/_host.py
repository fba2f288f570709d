"""What JAX contributes to the preparation of a call."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._call import arguments
from .._call.prepare import SAMPLE_STREAM, Noise
from .._core.algebra import working_dtype
from .._core.estimator import Estimator
from .._core.grid import GRID
from . import _namespace as xp


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
        if not isinstance(logits, jax.Array):  # JAX refuses arrays of foreign byte order
            logits = logits.astype(logits.dtype.name, copy=False)
        return jnp.asarray(logits)

    def rows(self, logits: jax.Array, axis: int) -> jax.Array:
        return self.moveaxis(logits, axis, -1)

    def temperature(self, tau: jax.Array, rows: jax.Array) -> jax.Array:
        return tau.reshape(()).astype(working_dtype(xp, rows.dtype))

    def noise(self, estimator: Estimator, source: Any, rows: jax.Array) -> Noise:
        key = _checked_key(estimator, source)

        def draw(count: int, stream: int) -> jax.Array:
            of_stream = key if stream == SAMPLE_STREAM else jax.random.fold_in(key, stream)
            bits = jax.random.bits(of_stream, (*rows.shape[:-1], count), "uint32")
            return (bits % GRID).astype("int32")

        return draw

    def shape(self, array: Any) -> tuple[int, ...]:
        shape: tuple[int, ...] = array.shape
        return shape

    def dtype(self, array: Any) -> str:
        name: str = array.dtype.name
        return name

    def moveaxis(self, array: jax.Array, source: int, destination: int) -> jax.Array:
        return jnp.moveaxis(array, source, destination)

    def index(self, sample: Any, rows: jax.Array) -> jax.Array:
        if not isinstance(sample, jax.Array):  # jnp.asarray may keep the low 32 bits of a number
            sample = np.clip(sample.astype(np.int64), -1, rows.shape[-1])
        return jnp.asarray(sample, jnp.arange(0).dtype)[..., None]


def _checked_key(estimator: Estimator, key: Any) -> Any:
    if key is None:
        remedy = (
            "also with sample=, for its gradient is random"
            if estimator.backward_noise
            else "or the categories themselves as sample="
        )
        raise TypeError(
            f"{estimator.name} needs key=: pass a PRNG key, as jax.random.key(0) or "
            f"jax.random.split makes it, {remedy}"
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
