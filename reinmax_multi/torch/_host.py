"""What PyTorch contributes to the preparation of a call."""

from __future__ import annotations

from typing import Any

import torch

from .._call.prepare import Noise, new_shape
from .._core.binary import Binary
from .._core.estimator import Estimator
from .._core.grid import GRID


class Host:
    """See :class:`reinmax_multi._call.prepare.Host`."""

    axis = "dim"
    source = "generator"

    def is_array(self, value: Any) -> bool:
        return isinstance(value, torch.Tensor)

    def check(self, argument: str, value: Any, rows: torch.Tensor | None = None) -> None:
        if not isinstance(value, torch.Tensor):
            raise TypeError(
                f"{argument} must be a torch.Tensor, got {type(value).__name__}: wrap it in "
                "torch.as_tensor"
            )
        if value.layout != torch.strided or value.is_nested:
            raise TypeError(
                f"{argument} must be a dense torch.Tensor, got the layout {value.layout}"
                f"{' of a nested tensor' if value.is_nested else ''}: make it dense first"
            )

    def asarray(self, logits: torch.Tensor) -> torch.Tensor:
        return logits

    def rows(self, logits: torch.Tensor, axis: int | None) -> torch.Tensor:
        return logits.unsqueeze(-1) if axis is None else self.moveaxis(logits, axis, -1)

    def placed(self, rows: torch.Tensor, axis: int | None) -> torch.Tensor:
        return rows.squeeze(-1) if axis is None else self.moveaxis(rows, -1, axis)

    def temperature(self, tau: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        tau = _saveable(tau).detach()
        return tau if tau.is_floating_point() else tau.to(torch.float32)

    def noise(self, estimator: Estimator | None, source: Any, rows: torch.Tensor) -> Noise:
        options: dict[str, Any] = {"device": rows.device}
        if source is not None:  # torch.compile accepts no generator argument, not even None
            options["generator"] = _checked_generator(source, rows)

        if isinstance(estimator, Binary):  # the same numbers, which never are a product of 60 bits
            options["dtype"] = torch.int32

        def draw(count: int, _: int) -> torch.Tensor:
            return torch.randint(0, GRID, (*rows.shape[:-1], count), **options)

        return draw

    def shape(self, array: torch.Tensor) -> tuple[int, ...]:
        return array.shape

    def dtype(self, array: torch.Tensor) -> str:
        return str(array.dtype).removeprefix("torch.")

    def reshape(
        self, array: torch.Tensor, sizes: tuple[int, ...], merged: int, at: int
    ) -> torch.Tensor:
        return array.reshape(new_shape(array.shape, sizes, merged, at))

    def moveaxis(self, array: torch.Tensor, source: int, destination: int) -> torch.Tensor:
        """``movedim``, which is a node of the graph even where nothing moves."""
        return array if source == destination else array.movedim(source, destination)

    def index(self, sample: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return _saveable(sample).to(device=rows.device, dtype=torch.int64).unsqueeze(-1)


HOST = Host()


def is_spread(value: Any) -> bool:
    """Whether it is a DTensor, whose class need not be imported to know."""
    return isinstance(value, torch.Tensor) and hasattr(value, "device_mesh")


def _saveable(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor that autograd may save: not one that was made in inference mode, at which Dynamo
    cannot look.
    """
    is_unknown = torch.compiler.is_compiling()
    return tensor.clone() if is_unknown or tensor.is_inference() else tensor


def _checked_generator(generator: Any, rows: torch.Tensor) -> torch.Generator:
    if not isinstance(generator, torch.Generator):
        raise TypeError(
            f"generator must be a torch.Generator, got {type(generator).__name__}: pass "
            "torch.Generator(device).manual_seed(seed), or None for the global one"
        )
    if generator.device.type != rows.device.type:
        raise ValueError(
            f"generator must live on the device of the logits, {rows.device}, got one on "
            f"{generator.device}: pass torch.Generator({str(rows.device)!r})"
        )
    return generator
