"""Promise: a program that records the operations of a call has the derivative of the call."""

from __future__ import annotations

import io

import pytest
import torch
from torch import func
from torch.fx.experimental.proxy_tensor import make_fx

import reinmax_multi.torch
from reinmax_multi import estimators
from tests.conformance.cases import KINDS

pytestmark = pytest.mark.filterwarnings(
    "ignore::torch.jit.TracerWarning", "ignore:.*torch.jit.*:DeprecationWarning"
)


class Model(torch.nn.Module):
    """One call; the sample is an input, so that two runs can be compared."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.bound = getattr(reinmax_multi.torch, name)

    def forward(self, logits: torch.Tensor, sample: torch.Tensor) -> tuple:
        return tuple(self.bound(logits, sample=sample))


def exported(model, *inputs, strict):
    torch._dynamo.reset()
    return torch.export.export(model, inputs, strict=strict).module()


def traced(model, *inputs):
    return torch.jit.trace(model, inputs, check_trace=False)


def stored(program):
    """A traced program after a stay in a file."""
    file = io.BytesIO()
    torch.jit.save(program, file)
    file.seek(0)
    return torch.jit.load(file)


RECORDINGS = {
    "export": lambda *call: exported(*call, strict=False),
    "strict export": lambda *call: exported(*call, strict=True),
    "jit.trace": traced,
    "jit.save of jit.trace": lambda *call: stored(traced(*call)),
    "make_fx": lambda model, *inputs: make_fx(lambda *inputs: model(*inputs))(*inputs),
}
CASES = [
    (logits, torch.tensor([1, 0, 3]))
    for logits in torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0))
]
CASES[1][0][0, 2] = -torch.inf  # only in what the program meets later


def loss(hard, soft):
    weight = torch.arange(15.0).reshape(3, 5).sin()
    return (weight * (hard - 0.3) ** 3).sum() + (weight.cos() * soft**2).sum()


def gradient(program, logits, sample, seed=1):
    logits = logits.clone().requires_grad_()
    torch.manual_seed(seed)
    return torch.autograd.grad(loss(*program(logits, sample)), logits)[0]


@pytest.mark.parametrize("recording", RECORDINGS)
@pytest.mark.parametrize("name", KINDS)
def test_first_derivative(name, recording):
    model = Model(name)
    program = RECORDINGS[recording](model, *CASES[0])
    right, result = (gradient(run, *CASES[1]) for run in (model, program))
    torch.testing.assert_close(result, right)
    for expected, value in zip(model(*CASES[1]), program(*CASES[1]), strict=True):
        torch.testing.assert_close(value, expected)


@pytest.mark.parametrize("name", ["reinmax", "decoupled_straight_through"])
def test_a_gradient_is_recorded_whole(name):
    model = Model(name)
    right = gradient(model, *CASES[0])
    for make in (
        lambda logits, sample: gradient(model, logits, sample),
        func.grad(lambda logits, sample: loss(*model(logits, sample))),
    ):
        torch.testing.assert_close(make_fx(make)(*CASES[0])(*CASES[0]), right)


@pytest.mark.parametrize("name", estimators.__all__)
def test_a_trace_without_gradients_is_stored_and_read(name):
    model = Model(name)
    with torch.no_grad():
        program = stored(traced(model, *CASES[0]))
        for expected, value in zip(model(*CASES[1]), program(*CASES[1]), strict=True):
            torch.testing.assert_close(value, expected)
    assert not program(CASES[0][0].clone().requires_grad_(), CASES[0][1])[0].requires_grad
