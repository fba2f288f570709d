"""What PyTorch's collectives send between processes, read where they are called."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch.utils._python_dispatch import TorchDispatchMode

KINDS = ("allreduce", "allgather", "reducescatter", "broadcast", "alltoall", "scatter", "gather")


class Sent(NamedTuple):
    """One collective: its kind, and the elements and bytes of what it brings to a process."""

    kind: str
    elements: int
    bytes: int

    def wire(self, processes: int) -> int:
        """The bytes that all processes together receive, sent around a ring."""
        rounds = {"allreduce": 2, "reducescatter": processes}.get(self.kind, 1)
        return rounds * (processes - 1) * self.bytes


class Traffic(TorchDispatchMode):
    """Notes the collectives of what runs inside it, also in the backward pass of this thread."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []

    def __torch_dispatch__(
        self, function: Any, types: Any, arguments: Any = (), options: Any = None
    ) -> Any:
        result = function(*arguments, **(options or {}))
        namespace, _, name = function.name().partition("::")
        if namespace in ("c10d", "_c10d_functional"):
            self._note(name, arguments, result)
        return result

    def _note(self, name: str, arguments: Any, result: Any) -> None:
        called = name.partition(".")[0].replace("_", "")
        kind = next((each for each in KINDS if called.startswith(each)), None)
        if kind is not None:
            arrays = _tensors(result) or _tensors(arguments[0])
            elements = sum(each.numel() for each in arrays)
            self.sent.append(Sent(kind, elements, sum(each.nbytes for each in arrays)))


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in _tensors(each)]
    return [value] if isinstance(value, torch.Tensor) else []
