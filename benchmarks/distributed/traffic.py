"""What PyTorch's collectives send between processes, read where they are called."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Sent(NamedTuple):
    """One collective: its kind, and the elements and bytes of what it brings to a process."""

    kind: str
    elements: int
    bytes: int

    def wire(self, processes: int) -> int:
        """The bytes that all processes together receive, sent around a ring."""
        rounds = 2 if self.kind == "allreduce" else 1
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
        if namespace in ("c10d", "_c10d_functional", "_c10d_functional_autograd"):
            self._note(name, arguments, result)
        return result

    def _note(self, name: str, arguments: Any, result: Any) -> None:
        kind = name.partition(".")[0].strip("_").replace("_", "")
        if kind.startswith(("wait", "barrier", "monitored")):
            return
        kind = next(
            (each for each in ("allreduce", "allgather", "broadcast") if kind.startswith(each)),
            kind,
        )
        arrays = [each for each in _flat(result) if isinstance(each, torch.Tensor)]
        arrays = arrays or [each for each in _flat(arguments[0]) if isinstance(each, torch.Tensor)]
        elements = sum(each.numel() for each in arrays)
        self.sent.append(Sent(kind, elements, sum(each.nbytes for each in arrays)))


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in _flat(each)]
    return [value]
