"""Promise: an exported program, stored and read again, gives those of the core."""

from __future__ import annotations

import io

import pytest
import torch

from backends.kernels import demanded
from reinmax_multi.torch import reinmax


class Model(torch.nn.Module):
    """A draw behind a layer, as in a model that is served."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(6, 5)

    def forward(self, x: torch.Tensor, sample: torch.Tensor | None = None) -> tuple:
        return tuple(reinmax(self.layer(x), 1.5, sample=sample))


def stored(program: torch.export.ExportedProgram) -> torch.nn.Module:
    """The program after a stay in a file."""
    file = io.BytesIO()
    torch.export.save(program, file)
    file.seek(0)
    return torch.export.load(file).module()


@pytest.mark.parametrize("batch", [4, 7])
@pytest.mark.parametrize("given", [False, True], ids=["drawn", "given"])
def test_values_of_an_exported_program(given, batch):
    torch.manual_seed(0)
    model, rows = Model(), torch.export.Dim("rows", min=2)
    arguments = [torch.randn(count, 6) for count in (3, batch)]
    samples = [torch.randint(5, (count,)) if given else None for count in (3, batch)]
    shapes = {"x": {0: rows}, "sample": {0: rows} if given else None}
    program = torch.export.export(model, (arguments[0], samples[0]), dynamic_shapes=shapes)
    values = []
    for run in (demanded("core", model), stored(program)):
        torch.manual_seed(1)
        values.append(run(arguments[1], samples[1]))
    for eager, exported in zip(*values, strict=True):
        assert torch.equal(eager, exported)
