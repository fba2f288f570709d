"""What an output costs that is not used: nothing."""

from __future__ import annotations

import pytest
import torch
from functorch.compile import make_boxed_func
from torch._dynamo.backends.common import aot_autograd

from backends.kernels import demanded
from reinmax_multi.torch import _numba, _whole, reinmax

SUM = torch.ops.aten.sum.dim_IntList


@pytest.fixture(autouse=True)
def _fresh():
    torch._dynamo.reset()


def backward_sums(loss):
    """How many sums over rows the compiled backward pass of a loss of both outputs takes."""
    sums = []

    def read(graph, _):
        sums.append(len(graph.graph.find_nodes(op="call_function", target=SUM)))
        return make_boxed_func(graph.forward)

    def leave(graph, _):
        return make_boxed_func(graph.forward)

    backend = aot_autograd(fw_compiler=leave, bw_compiler=read)
    logits = torch.randn(4, 5, requires_grad=True)
    step = torch.compile(lambda logits: loss(*reinmax(logits)), backend=backend, fullgraph=True)
    step(logits).backward()
    (count,) = sums
    return count


def test_an_unused_output_costs_nothing_compiled():
    def both(hard, soft):
        return ((hard + 2 * soft) ** 3).sum()

    hard_alone = backward_sums(lambda hard, soft: (hard**3).sum())
    soft_alone = backward_sums(lambda hard, soft: (soft**3).sum())
    assert hard_alone > 0
    assert soft_alone > 0
    assert hard_alone + soft_alone == backward_sums(both)


@pytest.mark.parametrize(
    ("name", "rows"), [("core", _whole.Whole), ("numba", _numba.Numba)], ids=["core", "numba"]
)
@pytest.mark.parametrize("unused", [0, 1], ids=["y_hard", "y_soft"])
def test_an_unused_output_costs_nothing(monkeypatch, unused, name, rows):
    seen, pullback = [], rows.pullback

    def read(*arguments):
        *_, hard, soft, _ = arguments
        seen.append((hard, soft))
        return pullback(*arguments)

    monkeypatch.setattr(rows, "pullback", read)
    logits = torch.randn(4, 5, requires_grad=True)
    (demanded(name, reinmax)(logits)[1 - unused] ** 3).sum().backward()
    assert [cotangents[unused] for cotangents in seen] == [None]
