"""Cut into blocks of rows, a long batch gives what it gives in one piece."""

from __future__ import annotations

import pytest
import torch

import reinmax_multi.torch
from reinmax_multi._kernels import choice
from reinmax_multi.torch import _blocks


def results(estimator, shape, dim, tau, sample, uses):
    """The sample, and the gradients of random cotangents for the outputs in ``uses``."""
    generator = torch.Generator().manual_seed(5)
    logits, *cotangents = torch.randn((3, *shape), generator=generator).unbind(0)
    logits.requires_grad_()
    drawn = estimator(logits, tau, dim=dim, generator=generator, sample=sample)
    outputs, weights = ([both[use] for use in uses] for both in (drawn, cotangents))
    return [*drawn, *torch.autograd.grad(outputs, [logits], weights)]


@pytest.mark.parametrize("uses", [(0,), (1,), (0, 1)], ids=["hard", "soft", "both"])
@pytest.mark.parametrize("given", [False, True], ids=["drawn", "given"])
@pytest.mark.parametrize(("shape", "dim"), [((7, 3, 5), -1), ((5, 4, 6), 0), ((9, 70), 1)])
@pytest.mark.parametrize("name", ["reinmax", "straight_through"])
def test_blocks_are_the_whole(monkeypatch, name, shape, dim, given, uses):
    monkeypatch.setattr(choice, "DEMANDED", "core")
    estimator = getattr(reinmax_multi.torch, name)
    rows = [size for axis, size in enumerate(shape) if axis != dim % len(shape)]
    sample = torch.zeros(rows, dtype=torch.int64) if given else None
    arguments = (estimator, shape, dim, 1.5, sample, uses)
    whole = results(*arguments)
    calls = []
    monkeypatch.setattr(_blocks, "BLOCK", 2 * shape[dim])
    function = torch.Tensor.new_empty
    monkeypatch.setattr(
        torch.Tensor, "new_empty", lambda *a, **k: calls.append(a) or function(*a, **k)
    )
    for one, other in zip(results(*arguments), whole, strict=True):
        assert torch.equal(one, other)
    assert calls, "nothing was cut"
