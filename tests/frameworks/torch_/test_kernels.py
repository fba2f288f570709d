"""Promise: kernels compute what the core does, and only where nothing watches the operations."""

from __future__ import annotations

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._python_dispatch import TorchDispatchMode

import reinmax_multi.torch
from backends.kernels import demanded
from reinmax_multi.torch import _eager, gumbel_rao, kernel, reinmax, straight_through
from tests.oracles.units import EPSILON

LOGITS = torch.zeros(4, 5)
PEAKED = 200 * torch.eye(5)[torch.tensor([3, 0, 1, 4])]
"""Logits that leave no choice, unlike those that a program was traced with."""
FAST = ("numba", "triton")
WITH_JACOBIANS = (
    *("decoupled_straight_through", "gapped_straight_through"),
    *("reinmax", "straight_through", "zgr"),
)
UNITS = 8
deprecated = pytest.mark.filterwarnings(
    "ignore:.*torch.jit:DeprecationWarning", "ignore::torch.jit.TracerWarning"
)


class Subclass(torch.Tensor):
    """A tensor whose operations may mean something else."""


def test_a_tensor_on_a_cpu_has_a_kernel_for_a_matrix_in_numbers():
    assert kernel(reinmax, LOGITS) == ("numba", "it works here")
    assert kernel(reinmax, torch.nn.Parameter(LOGITS)).name == "numba"
    assert kernel(gumbel_rao, LOGITS) == ("core", "the record gumbel_rao has no jacobians")


@pytest.mark.parametrize(
    "logits",
    [LOGITS.as_subclass(Subclass), torch._neg_view(LOGITS), torch.empty(4, 5, device="meta")],
    ids=["subclass", "negative view", "meta"],
)
def test_where_a_kernel_cannot_serve_the_core_does(logits):
    assert kernel(reinmax, logits).name == "core"
    assert reinmax(logits).y_hard.shape == LOGITS.shape


def test_what_is_no_estimator_and_no_tensor_is_refused():
    with pytest.raises(TypeError, match="estimator must be a bound estimator or a record, got int"):
        kernel(3, LOGITS)
    with pytest.raises(TypeError, match=r"logits must be a torch.Tensor, got list"):
        kernel(reinmax, [0.0])


def test_a_kernel_for_another_device_is_an_error_where_it_is_demanded():
    with pytest.raises(RuntimeError, match="demands numba, but it runs on a CPU"):
        demanded("numba", kernel)(reinmax, LOGITS.to("meta"))


class Watch(TorchDispatchMode):
    """Counts operations."""

    count = 0

    def __torch_dispatch__(self, function, types, arguments=(), options=None):
        self.count += 1
        return function(*arguments, **(options or {}))


def test_who_watches_operations_sees_those_of_the_core_in_both_passes():
    with Watch() as watch:
        assert kernel(reinmax, LOGITS).name == "core"
        logits = LOGITS.clone().requires_grad_()
        hard, _ = reinmax(logits)
        forward = watch.count
        hard.sum().backward()
        assert forward > 20
        assert watch.count > forward + 5


def test_without_a_gradient_no_function_is_recorded(monkeypatch):
    monkeypatch.setattr(_eager, "_apply", None)
    reinmax(LOGITS)
    with torch.no_grad():
        reinmax(LOGITS.clone().requires_grad_())
    with torch.inference_mode():
        assert reinmax(LOGITS).y_hard.is_inference()


def program(logits):
    """Draws, by what a file of TorchScript can hold."""
    return reinmax(logits, 1.3).y_hard


@deprecated
def test_a_traced_program_is_saved_and_loaded_and_draws():
    with torch.no_grad():
        traced = torch.jit.trace(program, LOGITS.clone().requires_grad_(), check_trace=False)
    file = io.BytesIO()
    torch.jit.save(traced, file)
    file.seek(0)
    loaded = torch.jit.load(file)
    assert torch.equal(loaded(PEAKED), PEAKED / 200)
    assert len({tuple(loaded(LOGITS).argmax(-1).tolist()) for _ in range(20)}) > 1


@deprecated
def test_a_traced_program_has_its_gradient():
    traced = torch.jit.trace(program, LOGITS.clone().requires_grad_(), check_trace=False)
    logits = torch.randn(4, 5, generator=torch.Generator().manual_seed(1)).requires_grad_()
    hard = traced(logits)
    cotangent = torch.randn(4, 5, generator=torch.Generator().manual_seed(2))
    same = reinmax(logits, 1.3, sample=hard.argmax(-1)).y_hard
    found, right = (torch.autograd.grad(part, logits, cotangent)[0] for part in (hard, same))
    torch.testing.assert_close(found, right)


@pytest.mark.parametrize("tracing_mode", ["real", "fake", "symbolic"])
def test_a_graph_of_operations_draws_for_other_logits(tracing_mode):
    graph = make_fx(program, tracing_mode=tracing_mode)(LOGITS)
    assert torch.equal(graph(PEAKED), PEAKED / 200)


def results(name, logits, cotangents, dim, tau):
    """A given sample, and the gradient of both outputs."""
    logits = logits.clone().requires_grad_()
    bound = getattr(reinmax_multi.torch, name)
    sample = torch.arange(logits.movedim(dim, -1)[..., 0].numel()) * 37 % logits.shape[dim]
    sample = sample.reshape(logits.movedim(dim, -1).shape[:-1])
    outputs = bound(logits, tau, dim=dim, sample=sample)
    return [*(part.detach() for part in outputs), *torch.autograd.grad(outputs, logits, cotangents)]


@pytest.mark.parametrize("name", WITH_JACOBIANS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("way", FAST)
def test_rows_of_more_chunks_than_one_are_those_of_the_core(way, dtype, name):
    generator = torch.Generator().manual_seed(3)
    logits, *cotangents = torch.randn((3, 5000, 2), generator=generator, dtype=torch.float64)
    logits = (2 * logits).to(dtype)
    cotangents = [part.to(dtype) for part in cotangents]
    tau = 1.0 if name == "zgr" else 1.5
    found = demanded(way, results)(name, logits, cotangents, 0, tau)
    wide = [part.double() for part in (logits, *cotangents)]
    right = demanded("core", results)(name, wide[0], wide[1:], 0, tau)
    epsilon = EPSILON[str(dtype).removeprefix("torch.")]
    terms = right[0].abs().amax(0), right[1].abs().amax(0), right[2].abs().sum(0)
    for one, other, scale in zip(found, right, terms, strict=True):
        assert one.dtype == dtype
        least = 2.0**-24 if dtype == torch.float16 else 0.0
        error = (one.double() - other).abs()
        assert (error <= UNITS * epsilon * scale + least).all()


@pytest.mark.parametrize("far", [True, False], ids=["one-stage", "two-stages"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("way", FAST)
def test_the_digits_of_a_nearly_certain_row(way, dtype, far):
    """At a temperature other than 1 too: each entry by itself, down to 1e-30."""
    size = 16 if far else 100
    theta = torch.linspace(-66.7, 3.3, size, dtype=torch.float64).to(dtype)[None]
    g = torch.randn(1, size, generator=torch.Generator().manual_seed(4)).to(dtype)
    logits = theta.clone().requires_grad_()
    sample = torch.tensor([size - 1])
    hard, _ = demanded(way, straight_through)(logits, 1.3, sample=sample)
    found = torch.autograd.grad(hard, logits, g)[0].numpy().astype(np.longdouble)
    exact, v = theta.numpy().astype(np.longdouble), g.numpy().astype(np.longdouble)
    exponent = (exact - exact.max()) / np.longdouble(1.3)
    q = np.exp(exponent) / np.exp(exponent).sum()
    v = v - v[:, -1:]
    right = q * (v - (q * v).sum()) / np.longdouble(1.3)
    terms = q * (np.abs(v) + (q * np.abs(v)).sum()) / np.longdouble(1.3)
    units = (np.abs(found - right) / terms)[:, :-1] / EPSILON[str(dtype).removeprefix("torch.")]
    assert units.max() < UNITS


def many(seed):
    """A sample of many rows and its gradient, which threads of the package share."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(4096, 64, generator=generator).requires_grad_()
    hard, soft = reinmax(logits, 1.3, generator=generator)
    return [hard.detach(), *torch.autograd.grad((hard * soft.detach()).sum(), logits)]


def test_many_callers_at_once_get_the_same_bits():
    alone = [many(seed) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(many, range(8)))
    for one, other in zip(alone, together, strict=True):
        assert all(map(torch.equal, one, other))


def test_a_worker_of_a_data_loader_draws():
    """It is a fork of a process that has drawn."""
    code = """
import torch
from reinmax_multi.torch import reinmax

class Samples(torch.utils.data.Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, number):
        logits = torch.randn(4096, 64)
        return reinmax(logits).y_hard.sum()

if __name__ == "__main__":
    print(Samples()[0].item())
    loader = torch.utils.data.DataLoader(
        Samples(), num_workers=2, multiprocessing_context="fork", timeout=60
    )
    print([total.item() for total in loader])
"""
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert finished.stdout == f"4096.0\n{[4096.0] * 4}\n", finished.stderr
