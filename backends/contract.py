"""What the tests and benchmarks need of a framework; each ``<name>_driver.py`` fills it in.

A *function* takes the logits first, maybe other arrays after them, and returns what a bound
estimator returns. A *program* takes the logits (and randomness as keywords) and returns a scalar
loss and the ``y_hard`` that it used; the loss must not be linear in it, or a compiler may delete
the sampling.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

Array = Any
Function = Callable[..., Any]
Program = Callable[..., tuple[Array, Array]]


class Driver:
    """One back end on one of its devices.

    The mappings name what only some frameworks have; a test that is parametrised over an empty one
    does not exist for that back end.
    """

    name: ClassVar[str]
    """The name of the sheet."""

    package: ModuleType
    """The adapter, as ``reinmax_multi.torch``."""

    namespace: Any
    """The array-API names that the adapter passes to the core."""

    random_argument: ClassVar[str]
    """What the framework calls its source of randomness."""

    axis: ClassVar[str] = "axis"
    """What the framework calls the axis argument."""

    kernels: ClassVar[tuple[str, ...]] = ()
    """What may be demanded to compute a call; each is a mode of the sheet."""

    own_arguments: ClassVar[Mapping[str, Any]] = {}
    """Arguments after tau, by position too, that no other framework takes, with their defaults."""

    layouts: ClassVar[Mapping[str, Callable[[Array], Array]]] = {}
    """array -> the same values in memory that is not contiguous."""

    gradients: ClassVar[Mapping[str, Callable[[Program, Array], tuple[Array, Array]]]] = {}
    """(program, logits) -> the gradient of the loss, and y_hard."""

    derivatives: ClassVar[Mapping[str, Callable[[Program, Array, Array], tuple[Array, Array]]]] = {}
    """(program, logits, v) -> the derivative of the loss along v, and y_hard."""

    curvatures: ClassVar[
        Mapping[str, Callable[[Program, Array, Array, Array], tuple[Array, Array]]]
    ] = {}
    """(program, logits, u, v) -> the derivative along v of <gradient, u>, and y_hard."""

    third_derivatives: ClassVar[
        Mapping[str, Callable[[Program, Array, Array, Array, Array], tuple[Array, Array]]]
    ] = {}
    """(program, logits, u, v, w) -> the derivative along w of a curvature, and y_hard."""

    compiling: ClassVar[Set[str]] = frozenset()
    """Those of the names in ``gradients``, ``derivatives``, ``curvatures``, ``third_derivatives``,
    ``refused`` and ``tau_traces`` that compile the program, which takes seconds: few estimators
    meet them."""

    plainest: ClassVar[str | None] = None
    """The gradient in ``compiling`` that stands for the others."""

    batching: ClassVar[Set[str]] = frozenset()
    """Those of ``derivatives`` that draw for a batch at once, as the mode ``batched`` does."""

    same_bits: ClassVar[Mapping[str, str]] = {}
    """One of ``gradients`` that runs the forward pass again -> the one that saves its residuals, by
    the same compilation, so that both give the same bits."""

    refused: ClassVar[Mapping[str, tuple[Callable[[Program, Array], Any], Any, str]]] = {}
    """(program, logits) -> never returns, the error, a pattern of its message."""

    tau_traces: ClassVar[Mapping[str, Callable[..., tuple[list[Array], int]]]] = {}
    """(function of logits and tau, logits, cotangents, taus) -> cotangents of logits, traces."""

    argument_maps: ClassVar[Mapping[str, Callable[..., Array]]] = {}
    """(function, arrays, cotangents, which arrays have a first axis to map over) -> the cotangents
    of the logits, added up over that axis, by the framework's own batching; the same cotangents and
    the same randomness for all."""

    seed_maps: ClassVar[Mapping[str, Callable[..., Array]]] = {}
    """(bound estimator, logits, seeds) -> y_hard for each seed, by the framework's own batching."""

    unseeded: ClassVar[Mapping[str, dict[str, Any]]] = {"nothing": {}}
    """Keyword arguments for a draw that nothing repeats."""

    bad_calls: ClassVar[Mapping[str, Callable[[Function, Array], Any]]] = {}
    """(bound estimator, logits) -> never returns; calls that only this framework can get wrong."""

    round_trips: ClassVar[Mapping[str, Callable[[Function], Function]]] = {}
    """function, which pickle takes -> the same after a stay in something that is stored."""

    def __init__(self, device: str) -> None:
        self.device = device

    def strictness(self) -> AbstractContextManager[None]:
        """Where the framework reports what it would otherwise put up with, as users may have it."""
        return nullcontext()

    def around_core(self) -> AbstractContextManager[None]:
        """What a bound function puts around the core, for a test that calls the core itself."""
        return nullcontext()

    def asarray(self, values: np.ndarray, dtype: str) -> Array:
        """An array of the framework on the device."""
        raise NotImplementedError

    def to_numpy(self, array: Array) -> np.ndarray:
        """The values; bfloat16, which NumPy has not, as float32."""
        raise NotImplementedError

    def dtype_of(self, array: Array) -> str:
        """The dtype by its common name."""
        raise NotImplementedError

    def device_of(self, array: Array) -> Any:
        """Where the array lives; equal for arrays on the same device."""
        raise NotImplementedError

    def cast(self, array: Array, dtype: str) -> Array:
        """A differentiable conversion."""
        raise NotImplementedError

    def sum(self, array: Array) -> Array:
        """The sum of all elements."""
        raise NotImplementedError

    def randomness(self, seed: int) -> dict[str, Any]:
        """The keyword arguments that make a draw repeatable."""
        raise NotImplementedError

    def ambient(self, seed: int) -> dict[str, Any]:
        """The same in the form that survives every transform."""
        return self.randomness(seed)

    def run(self, mode: str, function: Callable[..., Any], arrays: Sequence[Array]) -> Any:
        """What any function of arrays returns, run in a mode of the sheet."""
        raise NotImplementedError

    def value(self, mode: str, function: Function, arrays: Sequence[Array]) -> tuple[Array, Array]:
        """y_hard and y_soft of ``function(*arrays)``, run in a mode of the sheet."""
        sample: tuple[Array, Array] = self.run(mode, function, arrays)
        return sample

    def pullback(
        self, mode: str, function: Function, arrays: Sequence[Array], cotangents: Sequence[Array]
    ) -> tuple[tuple[Array, Array], Array]:
        """y_hard and y_soft, and the cotangent of ``arrays[0]``."""
        return self.pullback_of(mode, function, len(arrays))(*arrays, *cotangents)

    def pullback_of(self, mode: str, function: Function, count: int) -> Function:
        """The same as a function of the ``count`` arrays and then the cotangents.

        It compiles once and may be called often, with other numbers in arrays of the same kind.
        """
        raise NotImplementedError

    def pushforward(
        self, mode: str, function: Function, arrays: Sequence[Array], tangent: Array
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """y_hard and y_soft, and their tangents for a tangent of ``arrays[0]``."""
        raise NotImplementedError

    def training(self, bound: Function, logits: Array) -> Callable[[int], Any]:
        """The gradient of a nonlinear loss by the number of the step, which draws anew each time;
        compiled or not, as users of the framework train.
        """
        raise NotImplementedError
