"""NumPy, and array-api-strict as the second library of the same reference adapter."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import array_api_compat
import array_api_compat.numpy
import array_api_strict
import numpy as np

import reinmax_multi.numpy

from . import contract
from .contract import Array, Function
from .kernels import demanded


def _with_stored_derivative(function: Function) -> Function:
    def run(*arrays: Array, **options: Any) -> Any:
        return pickle.loads(pickle.dumps(function(*arrays, **options)))

    return run


class Driver(contract.Driver):
    """The reference; its derivatives are explicit, so there are no transforms."""

    name = "numpy"
    package = reinmax_multi.numpy
    random_argument = "rng"
    namespace = array_api_compat.numpy
    kernels = ("core", "numba")
    bad_calls: ClassVar = {
        "a kernel of no name": lambda bound, x: demanded("fortran", bound)(x),
        "masked logits": lambda bound, x: bound(np.ma.masked_array(x)),
        "masked sample": lambda bound, x: bound(x, sample=np.ma.masked_array(x.argmax(-1))),
        "a number as rng": lambda bound, x: bound(x, rng=3),
        "a legacy rng": lambda bound, x: bound(x, rng=np.random.RandomState(0)),
        "tau of another library": lambda bound, x: bound(x, array_api_strict.asarray(1.5)),
        "sample of another library": lambda bound, x: bound(
            x, sample=array_api_strict.asarray(x.argmax(-1))
        ),
    }
    layouts: ClassVar = {
        "every second element": lambda array: np.repeat(array, 2, axis=-1)[..., ::2],
        "transposed memory": np.asfortranarray,
        "reversed memory": lambda array: np.flip(np.ascontiguousarray(np.flip(array))),
    }

    round_trips: ClassVar = {
        "pickle": lambda function: pickle.loads(pickle.dumps(function)),
        "deepcopy": copy.deepcopy,
        "pickle of the derivative": _with_stored_derivative,
    }

    def __init__(self, device: str) -> None:
        super().__init__(device)
        if device != "cpu":
            raise ValueError(f"NumPy runs on the cpu only, got {device}")

    def asarray(self, values: np.ndarray, dtype: str) -> Array:
        return np.asarray(values, dtype=dtype)

    def to_numpy(self, array: Array) -> np.ndarray:
        return np.from_dlpack(array)  # array-api-strict 2.4 has no __array__ before Python 3.12

    def dtype_of(self, array: Array) -> str:
        return str(array.dtype).rpartition(".")[-1]

    def device_of(self, array: Array) -> Any:
        return array_api_compat.device(array)

    def randomness(self, seed: int) -> dict[str, Any]:
        return {"rng": np.random.default_rng(seed)}

    def run(self, mode: str, function: Callable[..., Any], arrays: Sequence[Array]) -> Any:
        return _by(mode, function)(*_in_library(mode, arrays))

    def value(self, mode: str, function: Function, arrays: Sequence[Array]) -> tuple[Array, Array]:
        sample: tuple[Array, Array] = self.run(mode, function, arrays)[0]
        return sample

    def pullback_of(self, mode: str, function: Function, count: int) -> Function:
        def pull(*arguments: Array) -> tuple[tuple[Array, Array], Array]:
            sample, derivative = function(*_in_library(mode, arguments[:count]))
            return sample, derivative.pullback(*_in_library(mode, arguments[count:]))

        return _by(mode, pull)

    def pushforward(
        self, mode: str, function: Function, arrays: Sequence[Array], tangent: Array
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        sample, derivative = _by(mode, function)(*_in_library(mode, arrays))
        return sample, derivative.pushforward(*_in_library(mode, [tangent]))

    def training(self, bound: Function, logits: Array) -> Callable[[int], Any]:
        def step(number: int) -> Array:
            (y_hard, y_soft), derivative = bound(logits, 1.5, rng=np.random.default_rng(number))
            return derivative.pullback(4 * (y_hard - 0.45) ** 3, 3 * y_soft**2)

        return step


def _in_library(mode: str, arrays: Sequence[Array]) -> list[Array]:
    library = array_api_strict if mode == "strict" else np
    return [library.asarray(array) for array in arrays]


def _by(mode: str, function: Function) -> Function:
    """The function, or one whose calls a kernel serves, if that is the mode."""
    return demanded(mode, function) if mode in Driver.kernels else function
