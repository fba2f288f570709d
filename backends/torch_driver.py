"""PyTorch."""

from __future__ import annotations

import copy
import functools
import io
import pickle
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from torch import func

import reinmax_multi.torch
import reinmax_multi.torch._namespace

from . import contract
from . import torch_higher as higher
from . import torch_transforms as transforms
from .contract import Array, Function
from .kernels import demanded
from .torch_transforms import compile_whole, second_of_two


def _every_second(array: torch.Tensor) -> torch.Tensor:
    return array.repeat_interleave(2, -1)[..., ::2]


def _transposed(array: torch.Tensor) -> torch.Tensor:
    return array.mT.contiguous().mT


class _Module(torch.nn.Module):
    """A function and a parameter, as a user's model holds them."""

    def __init__(self, function: Function, shift: float = 0.0) -> None:
        super().__init__()
        self.function = function
        self.shift = torch.nn.Parameter(torch.tensor(shift))

    def forward(self, logits: torch.Tensor, **options: Any) -> Any:
        return self.function(logits + self.shift, **options)


def _saved(thing: Any) -> Any:
    file = io.BytesIO()
    torch.save(thing, file)
    file.seek(0)
    return torch.load(file, weights_only=isinstance(thing, dict))


def _with_loaded_state(function: Function) -> Function:
    module = _Module(function, shift=1.0)
    module.load_state_dict(_saved(_Module(function).state_dict()))
    return module


KERNELS = ("core", "numba", "triton")
MODES = {
    "eager": lambda function: function,
    "compiled": compile_whole,
    "batched": second_of_two,
    **{name: functools.partial(demanded, name) for name in KERNELS},
}


class Driver(contract.Driver):
    """PyTorch on the CPU or a CUDA device."""

    name = "torch"
    package = reinmax_multi.torch
    random_argument = "generator"
    namespace = reinmax_multi.torch._namespace
    axis = "dim"
    kernels = KERNELS
    own_arguments: ClassVar = {"hard": True}  # as PyPI reinmax takes it
    layouts: ClassVar = {"every second element": _every_second, "transposed memory": _transposed}

    bad_calls: ClassVar = {
        "a kernel of no name": lambda bound, x: demanded("fortran", bound)(x),
        "sparse logits": lambda bound, x: bound(x.to_sparse()),
        "nested logits": lambda bound, x: bound(
            torch.nested.nested_tensor([x[0], x[1, :2]], layout=torch.jagged)
        ),
        "sparse sample": lambda bound, x: bound(x, sample=x.argmax(-1).to_sparse()),
        "logits of NumPy": lambda bound, x: bound(x.cpu().numpy()),
        "hard=False": lambda bound, x: bound(x, 1.0, False),
        "a number as generator": lambda bound, x: bound(x, generator=3),
        "a generator on another device": lambda bound, x: bound(
            x.to("meta"), generator=torch.Generator()
        ),
    }
    gradients = transforms.GRADIENTS
    derivatives = transforms.DERIVATIVES
    curvatures = higher.CURVATURES
    third_derivatives = higher.THIRD_DERIVATIVES
    compiling = transforms.COMPILING
    plainest = transforms.PLAINEST
    batching = transforms.BATCHING
    same_bits = transforms.SAME_BITS
    refused = transforms.REFUSED
    tau_traces = transforms.TAU_TRACES
    argument_maps = transforms.ARGUMENT_MAPS
    seed_maps = transforms.SEED_MAPS
    round_trips: ClassVar = {
        "pickle": lambda function: pickle.loads(pickle.dumps(function)),
        "deepcopy of a module": lambda function: copy.deepcopy(_Module(function)),
        "torch.save of a module": lambda function: _saved(_Module(function)),
        "state_dict of a module": _with_loaded_state,
    }

    def __init__(self, device: str) -> None:
        super().__init__(device)
        self._device = torch.device(device)
        torch.empty(1, device=self._device)  # a missing device fails here, not in the first test

    def asarray(self, values: np.ndarray, dtype: str) -> Array:
        return torch.tensor(np.asarray(values)).to(self._device, getattr(torch, dtype))

    def to_numpy(self, array: Array) -> np.ndarray:
        array = array.detach().cpu()
        return (array.float() if array.dtype == torch.bfloat16 else array).numpy()

    def dtype_of(self, array: Array) -> str:
        return str(array.dtype).removeprefix("torch.")

    def device_of(self, array: Array) -> Any:
        return array.device

    def cast(self, array: Array, dtype: str) -> Array:
        return array.to(getattr(torch, dtype))

    def sum(self, array: Array) -> Array:
        return array.sum()

    def randomness(self, seed: int) -> dict[str, Any]:
        return {"generator": torch.Generator(self._device).manual_seed(seed)}

    def ambient(self, seed: int) -> dict[str, Any]:
        torch.manual_seed(seed)
        return {}

    def run(self, mode: str, function: Callable[..., Any], arrays: Sequence[Array]) -> Any:
        return MODES[mode](function)(*arrays)

    def pullback_of(self, mode: str, function: Function, count: int) -> Function:
        if mode == "batched":
            return second_of_two(_pull(function, count))
        run = MODES[mode](function)

        def pull(*arguments: torch.Tensor) -> tuple[Any, torch.Tensor]:
            logits = arguments[0].detach().requires_grad_()
            sample = run(logits, *arguments[1:count])
            return sample, torch.autograd.grad(tuple(sample), logits, arguments[count:])[0]

        return pull

    def pushforward(
        self, mode: str, function: Function, arrays: Sequence[Array], tangent: Array
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        def push(logits: Array, tangent: Array, *others: Array) -> tuple[Any, Any]:
            return func.jvp(lambda x: function(x, *others), (logits,), (tangent,))

        return self.value(mode, push, [arrays[0], tangent, *arrays[1:]])

    def training(self, bound: Function, logits: Array) -> Callable[[int], Any]:
        logits = logits.detach().requires_grad_()

        def step(_: int) -> Array:
            y_hard, y_soft = bound(logits, 1.5)
            loss = ((y_hard - 0.45) ** 4 + y_soft**3).sum()
            return torch.autograd.grad(loss, logits)[0]

        return step


def _pull(function: Function, count: int) -> Function:
    """The pullback as a function of the arrays and then the cotangents."""

    def run(*arguments: torch.Tensor) -> tuple[Any, torch.Tensor]:
        logits, *others = arguments[:count]
        sample, pull = func.vjp(lambda x: function(x, *others), logits)
        return sample, pull(type(sample)(*arguments[count:]))[0]

    return run
