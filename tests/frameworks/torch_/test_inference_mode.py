"""Promise: what was made in inference mode needs no gradient, so it may be tau or the sample."""

from __future__ import annotations

import pytest
import torch

import reinmax_multi.torch
from reinmax_multi import estimators
from tests.conformance.cases import KINDS

TEMPERED = [
    name
    for name in estimators.__all__
    if getattr(estimators, name).least_tau < getattr(estimators, name).greatest_tau
]
with torch.inference_mode():
    GIVEN = {"tau": torch.tensor(1.0), "sample": torch.tensor([2, 0])}


@pytest.mark.parametrize("names", [["tau"], ["sample"], ["tau", "sample"]], ids="-".join)
@pytest.mark.parametrize("name", [name for name in KINDS if name in TEMPERED])
def test_a_gradient_with_tensors_of_inference_mode(name, names):
    bound, logits = getattr(reinmax_multi.torch, name), torch.randn(2, 4)

    def gradient(clone):
        x = logits.clone().requires_grad_()
        options = {key: (value.clone() if clone else value) for key, value in GIVEN.items()}
        torch.manual_seed(0)
        hard, soft = bound(x, **{key: options[key] for key in names})
        return torch.autograd.grad(((hard - 0.3) ** 3 + soft**2).sum(), x)[0]

    assert torch.equal(gradient(clone=False), gradient(clone=True))


@pytest.mark.parametrize("name", TEMPERED)
def test_a_call_in_inference_mode(name):
    with torch.inference_mode():
        hard, soft = getattr(reinmax_multi.torch, name)(torch.zeros(2, 4), **GIVEN)
    assert hard.argmax(-1).tolist() == [2, 0]
    assert torch.equal(soft, torch.full((2, 4), 0.25))
