"""Promise: for PyTorch, this is PyPI ``reinmax`` 0.1.0 with another import line.

The original draws its own sample, so its sample is handed over and the gradients must be the same.
https://github.com/microsoft/ReinMax
"""

from __future__ import annotations

import importlib.metadata

import pytest
import reinmax as original
import torch

from reinmax_multi import torch as ours

ALLOWED = {torch.float64: 1e-12, torch.float32: 16 * 2.0**-23}
each_dtype = pytest.mark.parametrize("dtype", ALLOWED, ids=str)
each_tau = pytest.mark.parametrize("tau", [1.0, 1.1, 1.5, 4.0])


def random(shape: tuple[int, ...], dtype: torch.dtype, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, dtype=dtype, generator=generator)


def test_version_of_the_original():
    assert importlib.metadata.version("reinmax") == "0.1.0"


@each_dtype
@each_tau
@pytest.mark.parametrize("shape", [(7,), (6, 2), (4, 8), (2, 3, 5), (2, 2, 2, 100)], ids=str)
@pytest.mark.parametrize("used", ["hard", "soft", "both"])
def test_same_sample_same_gradient(dtype, tau, shape, used):
    torch.manual_seed(3)
    logits = (2 * random(shape, dtype, 0)).requires_grad_()
    picked = {"hard": [0], "soft": [1], "both": [0, 1]}[used]
    cotangents = [random(shape, dtype, 1 + i) for i in picked]
    theirs = original.reinmax(logits, tau)
    sample = ours.reinmax(logits, tau, sample=theirs[0].argmax(-1))
    assert torch.equal(sample[0], theirs[0])
    torch.testing.assert_close(sample[1], theirs[1], rtol=ALLOWED[dtype], atol=0)
    right, gradient = (
        torch.autograd.grad([outputs[i] for i in picked], logits, cotangents)[0]
        for outputs in (theirs, sample)
    )
    error = (gradient - right).abs().max(-1).values
    size = torch.stack(cotangents).abs().amax((0, -1))
    assert torch.all(error <= ALLOWED[dtype] * size)


@pytest.mark.parametrize("name", ["reinmax", "gumbel_rao"])
def test_a_call_as_the_original_takes_it_is_accepted(name):
    """``reinmax(logits, tau, hard=True)``; False, which the original ignores, is an error."""
    logits, bound = torch.zeros(3, 4), getattr(ours, name)
    sample = torch.tensor([0, 3, 1])
    expected = bound(logits, 1.1, sample=sample)
    for result in (
        bound(logits, 1.1, True, sample=sample),
        bound(logits, 1.1, hard=True, sample=sample),
        bound(logits, tau=1.1, hard=True, sample=sample),
    ):
        assert all(map(torch.equal, result, expected))
    for hard in (False, None, 0):
        with pytest.raises(ValueError, match=r"hard must be True, got .*: .*y_soft"):
            bound(logits, 1.1, hard)


@pytest.mark.parametrize("module", [original, ours], ids=["original", "ours"])
def test_a_swap_of_the_import_line_is_all(module):
    """A user's code, with either module: the same call, the same unpacking, the same training."""
    torch.manual_seed(0)
    logits = torch.zeros(512, 6, requires_grad=True)
    optimizer = torch.optim.Adam([logits], lr=0.1)
    target = torch.tensor([0.0, 0.1, 0.9, 0.2, 0.0, 0.1])
    for _ in range(60):
        y_hard, y_soft = module.reinmax(logits, 1.1)
        loss = ((y_hard * target).sum(-1) - 0.9).square().sum() + 1e-3 * y_soft.square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert logits.detach().softmax(-1)[:, 2].mean() > 0.8
