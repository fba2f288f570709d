"""PyTorch: what is saved for the backward pass, and which operations run."""

from __future__ import annotations

import time
from typing import Any

import torch
from torch._inductor import metrics
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks.common.contract import Function, Operations, Shape

from .peers import TorchPeers, compile_alone


def saved(peers: TorchPeers, mode: str, function: Function, shape: Shape, dtype: str) -> int:
    """Bytes in distinct storages that autograd keeps, the logits among them."""
    logits, _ = peers.arrays(shape, dtype)
    if mode == "compiled":
        function = compile_alone(function, fullgraph=False)
        function(logits)
    storages = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        hard = function(logits)
    del hard
    return sum(storages.values())


def planned(peers: TorchPeers, mode: str, function: Function, shape: Shape, dtype: str) -> None:
    """PyTorch shows no plan of the memory."""


def operations(
    peers: TorchPeers, mode: str, function: Function, shape: Shape, dtype: str
) -> Operations:
    """Operations below autograd that are not views; compiled, the kernels that Inductor wrote."""
    logits, _ = peers.arrays(shape, dtype)
    cotangent = torch.ones_like(logits)
    if mode == "compiled":
        torch._dynamo.reset()
        metrics.reset()
        compiled = compile_alone(function, fullgraph=False)
        torch.autograd.grad(compiled(logits), logits, cotangent)
        return Operations(both=metrics.generated_kernel_count)
    torch.autograd.grad(function(logits), logits, cotangent)
    with _Recorder() as recorder:
        start = time.perf_counter()
        hard = function(logits)
        forward = len(recorder.moments)
        torch.autograd.grad(hard, logits, cotangent)
    both = len(recorder.moments)
    waited = 1e6 * (recorder.moments[0] - start) if forward else 0.0
    return Operations(both, forward, both - forward, waited)


class _Recorder(TorchDispatchMode):
    """When each operation was reached."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[float] = []

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None):
        if not operation.is_view:
            self.moments.append(time.perf_counter())
        return operation(*args, **(kwargs or {}))
