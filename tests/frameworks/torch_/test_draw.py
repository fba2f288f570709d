"""What the adapter asks of PyTorch's random numbers."""

from __future__ import annotations

import pytest
import torch

from reinmax_multi.torch import reinmax


@pytest.mark.parametrize("end", [0, 1], ids=["least", "greatest"])
def test_both_ends_of_the_noise_draw(monkeypatch, end):
    """A category of one cell, 2**-30, at either end of the row."""

    def drawn(least, above, shape, **options):
        return torch.full(shape, [least, above - 1][end], **options)

    monkeypatch.setattr(torch, "randint", drawn)
    probabilities = torch.tensor([2.0**-30, 1 - 2.0**-30], dtype=torch.float64)
    assert reinmax(probabilities.roll(end).log()).y_hard[end] == 1
