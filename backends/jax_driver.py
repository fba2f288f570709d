"""JAX, with 64-bit types on; the mode ``x32`` turns them off, as JAX starts."""

from __future__ import annotations

import contextlib
import copy
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

# Two devices on a CPU, so that a sharded array is really split; JAX reads it with its first array.
os.environ["XLA_FLAGS"] = " ".join(
    [os.environ.get("XLA_FLAGS", ""), "--xla_force_host_platform_device_count=2"]
)
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

import jax
import jax.experimental
import jax.numpy as jnp
import numpy as np

import reinmax_multi.jax
import reinmax_multi.jax._namespace
from reinmax_multi.jax._host import standard_promotion

from . import contract
from . import jax_higher as higher
from . import jax_transforms as transforms
from .contract import Array, Function
from .jax_transforms import second_of_two

set_x64 = jax.enable_x64 if hasattr(jax, "enable_x64") else jax.experimental.enable_x64


def _x32(function: Function) -> Function:
    compiled = jax.jit(function)

    def run(*arrays: jax.Array) -> Any:
        with set_x64(False):
            return compiled(*arrays)

    return run


MODES = {
    "eager": lambda function: function,
    "compiled": jax.jit,
    "batched": lambda function: jax.jit(second_of_two(function)),
    "x32": _x32,
}


class Driver(contract.Driver):
    """JAX on the CPU or a GPU."""

    name = "jax"
    package = reinmax_multi.jax
    random_argument = "key"
    namespace = reinmax_multi.jax._namespace

    gradients = transforms.GRADIENTS
    derivatives = transforms.DERIVATIVES
    curvatures = higher.CURVATURES
    third_derivatives = higher.THIRD_DERIVATIVES
    compiling = transforms.COMPILING | higher.COMPILING
    plainest = transforms.PLAINEST
    batching = transforms.BATCHING
    same_bits = transforms.SAME_BITS
    tau_traces = transforms.TAU_TRACES
    argument_maps = transforms.ARGUMENT_MAPS
    seed_maps = transforms.SEED_MAPS
    unseeded: ClassVar = {}
    round_trips: ClassVar = {
        "pickle": lambda function: pickle.loads(pickle.dumps(function)),
        "deepcopy": copy.deepcopy,
    }
    bad_calls: ClassVar = {
        "masked logits": lambda bound, x: bound(np.ma.masked_array(np.asarray(x))),
        "masked sample": lambda bound, x: bound(x, sample=np.ma.masked_array(np.arange(len(x)))),
        "logits of objects": lambda bound, x: bound(np.full(x.shape, None)),
        "no key": lambda bound, x: bound(x),
        "a number as key": lambda bound, x: bound(x, key=3),
        "a raw key of another dtype": lambda bound, x: bound(x, key=jnp.zeros(2, "int32")),
        "a raw key of another shape": lambda bound, x: bound(x, key=jnp.zeros(3, "uint32")),
        "two keys": lambda bound, x: bound(x, key=jax.random.split(jax.random.key(0))),
        "an open number of categories": lambda bound, x: transforms.exported_for_any_size(bound)(x),
        "two raw keys": lambda bound, x: bound(x, key=jax.random.split(jax.random.PRNGKey(0))),
    }

    def __init__(self, device: str) -> None:
        super().__init__(device)
        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_default_device", jax.devices(device)[0])

    @contextlib.contextmanager
    def strictness(self) -> Iterator[None]:
        with jax.numpy_rank_promotion("raise"), jax.numpy_dtype_promotion("strict"):
            yield

    def around_core(self) -> contextlib.AbstractContextManager[None]:
        return standard_promotion()

    def asarray(self, values: np.ndarray, dtype: str) -> Array:
        return jnp.asarray(np.asarray(values), dtype)

    def to_numpy(self, array: Array) -> np.ndarray:
        return np.asarray(array.astype("float32") if array.dtype == jnp.bfloat16 else array)

    def dtype_of(self, array: Array) -> str:
        return array.dtype.name

    def device_of(self, array: Array) -> Any:
        return array.device

    def cast(self, array: Array, dtype: str) -> Array:
        return array.astype(dtype)

    def sum(self, array: Array) -> Array:
        return array.sum()

    def randomness(self, seed: int) -> dict[str, Any]:
        return {"key": jax.random.key(seed)}

    def run(self, mode: str, function: Callable[..., Any], arrays: Sequence[Array]) -> Any:
        return MODES[mode](function)(*arrays)

    def pullback_of(self, mode: str, function: Function, count: int) -> Function:
        def pull(*arguments: Array) -> tuple[Any, Array]:
            *inputs, g, h = arguments
            sample, back = jax.vjp(lambda x: function(x, *inputs[1:]), inputs[0])
            return sample, back(type(sample)(g, h))[0]

        return MODES[mode](pull)

    def pushforward(
        self, mode: str, function: Function, arrays: Sequence[Array], tangent: Array
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        def push(tangent: Array, logits: Array, *others: Array) -> tuple[Any, Any]:
            return jax.jvp(lambda x: function(x, *others), (logits,), (tangent,))

        return MODES[mode](push)(tangent, *arrays)

    def training(self, bound: Function, logits: Array) -> Callable[[int], Any]:
        @jax.jit
        def step(number: int) -> Array:
            def loss(logits: Array) -> Array:
                y_hard, y_soft = bound(logits, 1.5, key=jax.random.key(number))
                return ((y_hard - 0.45) ** 4 + y_soft**3).sum()

            return jax.grad(loss)(logits)

        return step
