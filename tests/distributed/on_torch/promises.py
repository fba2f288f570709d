"""Program: noise, arguments, modes, and what is sent, in two processes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch.distributed.tensor import (
    DTensor,
    Partial,
    Replicate,
    Shard,
    distribute_tensor,
    init_device_mesh,
)
from torch.utils.checkpoint import checkpoint

import reinmax_multi.torch
from benchmarks.distributed.traffic import Traffic
from reinmax_multi import Estimator
from reinmax_multi._core.algebra import softmax_product
from reinmax_multi.torch import draw, mode, reinmax, unimix
from reinmax_multi.torch._mesh_host import after
from tests.distributed.on_torch.group import called, group, numbers, tau_of
from tests.quality.fuzz.documented import rows_for

EVERY_SPLIT = ([Shard(0)], [Shard(1)], [Replicate()])
LONG = 203


def values(hard: torch.Tensor) -> torch.Tensor:
    return hard.full_tensor().argmax(-1)


def noise_of_shards_and_replicas(mesh: Any, rank: int) -> None:
    """Also where the generators of the processes are in other states."""
    even = torch.zeros(64, LONG)
    torch.manual_seed(rank)
    rows = values(reinmax(distribute_tensor(even, mesh, [Shard(0)])).y_hard)
    assert not torch.equal(rows[:32], rows[32:])
    for placements in ([Replicate()], [Shard(1)]):
        hard = reinmax(distribute_tensor(even, mesh, placements)).y_hard
        for total in hard.full_tensor().sum(-1), *hard.to_local().sum(0, keepdim=True):
            assert total.isfinite().all()
        assert torch.equal(hard.full_tensor().sum(-1), torch.ones(64))
        both = DTensor.from_local(values(hard), mesh, [Shard(0)]).full_tensor()
        assert torch.equal(both[:64], both[64:])
    torch.manual_seed(5)
    plain = reinmax(even).y_hard.argmax(-1)
    for placements in EVERY_SPLIT:
        torch.manual_seed(5)
        hard = reinmax(distribute_tensor(even, mesh, placements)).y_hard
        assert torch.equal(values(hard), plain)


def samples_that_are_given(mesh: Any) -> None:
    logits, g, h = (numbers(seed, 6, LONG) for seed in range(3))
    sample = torch.tensor([0, 101, 102, 202, 203, -1])  # the last two are no categories
    plain = called("gapped_straight_through", logits, g, h, sample=sample)
    assert plain[0].isnan().any(-1).tolist() == [False] * 4 + [True] * 2
    for placements in EVERY_SPLIT:
        local = [distribute_tensor(each, mesh, placements) for each in (logits, g, h)]
        for of_sample in ([Shard(0)], [Replicate()]):
            spread = called(
                "gapped_straight_through",
                *local,
                sample=distribute_tensor(sample, mesh, of_sample),
                tau=distribute_tensor(torch.tensor([1.3]), mesh, [Replicate()]),
            )
            for each, expected in zip(spread, plain, strict=True):
                torch.testing.assert_close(each.full_tensor(), expected, equal_nan=True)


def rows_without_a_distribution(mesh: Any) -> None:
    logits, g, h = (numbers(seed, 5, LONG) for seed in range(3))
    logits[0, 200], logits[1, 3], logits[2] = torch.nan, torch.inf, -torch.inf
    logits[3, :110] = -torch.inf  # all that one process has
    for name in ("reinmax", "gumbel_rao"):
        plain = called(name, logits, g, h)
        assert plain[0].isnan().all(-1).tolist() == [True] * 3 + [False] * 2
        local = [distribute_tensor(each, mesh, [Shard(1)]) for each in (logits, g, h)]
        for each, expected in zip(called(name, *local), plain, strict=True):
            torch.testing.assert_close(each.full_tensor(), expected, equal_nan=True)


def categories_and_mixtures(mesh: Any) -> None:
    """draw, mode and unimix of rows and categories that are split."""
    for size in (5, LONG):
        logits = numbers(0, 6, size)
        logits[0, 1], logits[1, 2:] = torch.nan, -torch.inf

        def drawn(logits: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
            torch.manual_seed(7)
            return draw(logits, sample_shape=shape)

        for placements in EVERY_SPLIT:
            spread = distribute_tensor(logits, mesh, placements)
            of_rows = [Shard(0)] if placements == [Shard(0)] else [Replicate()]
            assert mode(spread).placements == tuple(of_rows)
            assert torch.equal(mode(spread).full_tensor(), mode(logits))
            hard = reinmax(spread, sample=mode(spread)).y_hard.full_tensor()
            assert torch.equal(hard[1:].argmax(-1), mode(logits)[1:])
            for shape in (), (3,), (2, 2):
                one, whole = drawn(spread, shape), drawn(logits, shape)
                assert torch.equal(one.full_tensor(), whole)
                assert one.to_local().shape[-1] == (3 if of_rows == [Shard(0)] else 6)
            mixed = unimix(spread, 0.1)
            assert mixed.placements == tuple(placements)
            torch.testing.assert_close(mixed.full_tensor(), unimix(logits, 0.1), equal_nan=True)


def several_samples(mesh: Any) -> None:
    """Of rows and categories that are split: the samples, and the sum of the gradients."""
    h = numbers(1, 6, LONG)
    for name, shape in ("reinmax", (3,)), ("gumbel_rao", (2, 2)), ("minimum_variance", (2,)):
        size = 5 if name == "minimum_variance" else LONG
        logits, g = numbers(0, 6, size), numbers(2, *shape, 6, size)
        given = torch.randint(0, size, (*shape, 6), generator=torch.Generator().manual_seed(3))

        def results(logits: Any, g: Any, h: Any, name: str, **told: Any) -> list[Any]:
            torch.manual_seed(7)
            leaf = logits.detach().requires_grad_()
            hard, soft = getattr(reinmax_multi.torch, name)(leaf, **told)
            torch.autograd.backward([hard, soft], [g, h])
            return [hard.detach(), soft.detach(), leaf.grad]

        plain = [
            results(logits, g, h[:, :size], name, **told)
            for told in ({"sample_shape": shape}, {"sample": given})
        ]
        for placements in EVERY_SPLIT:
            of_samples = after(len(shape), placements)
            spread = [distribute_tensor(each, mesh, placements) for each in (logits, h[:, :size])]
            cotangent = distribute_tensor(g, mesh, of_samples)
            of_rows = [Shard(len(shape))] if placements == [Shard(0)] else [Replicate()]
            sample = distribute_tensor(given, mesh, of_rows)
            for told, expected in zip(
                ({"sample_shape": shape}, {"sample": sample}), plain, strict=True
            ):
                found = results(spread[0], cotangent, spread[1], name, **told)
                assert found[0].placements == tuple(of_samples)
                assert found[1].placements == found[2].placements == tuple(placements)
                for each, wanted in zip(found, expected, strict=True):
                    torch.testing.assert_close(each.full_tensor(), wanted, rtol=1e-5, atol=2e-6)


def a_record_of_the_user(mesh: Any) -> None:
    """Its product may need whole rows, and gets them."""

    def product(xp: Any, residuals: Any, vector: Any, tau: Any) -> Any:
        assert vector.shape[-1] == LONG
        return softmax_product(xp, residuals.soft, vector)

    bound = reinmax_multi.torch.bind(Estimator("own", product))
    logits = distribute_tensor(numbers(0, 4, LONG), mesh, [Shard(1)]).requires_grad_()
    weights = distribute_tensor(numbers(1, 4, LONG), mesh, [Shard(1)])
    hard, soft = bound(logits, generator=torch.Generator().manual_seed(0))
    (gradient,) = torch.autograd.grad((hard * weights).sum(), logits, retain_graph=True)
    (exact,) = torch.autograd.grad((soft * weights).sum(), logits)
    assert hard.placements == gradient.placements == (Shard(1),)
    torch.testing.assert_close(gradient.full_tensor(), exact.full_tensor())


def checkpoints_compilation_and_second_derivatives(mesh: Any) -> None:
    logits, g, _ = (numbers(seed, 4, LONG) for seed in range(3))

    def loss(logits: Any, g: Any) -> Any:
        hard, soft = reinmax(logits, 1.2)
        return (hard * g + soft**2 * g).sum()

    def gradient(run: Callable[..., Any], placements: list[Any]) -> torch.Tensor:
        torch.manual_seed(3)
        local = distribute_tensor(logits, mesh, placements).requires_grad_()
        value = run(local, distribute_tensor(g, mesh, placements))
        (result,) = torch.autograd.grad(value, local)
        assert result.placements == tuple(placements)
        return result.full_tensor()

    # Dynamo asks for it where it goes on after a break
    warnings.filterwarnings("ignore", "The .grad attribute of a Tensor that is not a leaf")
    compiled = torch.compile(loss, backend="aot_eager")
    for placements in EVERY_SPLIT:
        plain = gradient(loss, placements)
        again = gradient(lambda *x: checkpoint(loss, *x, use_reentrant=False), placements)
        assert torch.equal(again, plain)
        assert torch.equal(gradient(compiled, placements), plain)

    def curvature(local: Any, g: Any) -> torch.Tensor:
        sample = torch.zeros(4, dtype=torch.int64)
        if isinstance(local, DTensor):
            sample = distribute_tensor(sample, mesh, [Shard(0)])
        hard, soft = reinmax(local, 1.2, sample=sample)
        value = (hard**3 * g + soft**2 * g).sum()
        (first,) = torch.autograd.grad(value, local, create_graph=True)
        (second,) = torch.autograd.grad((first * g).sum(), local)
        return second.full_tensor() if isinstance(second, DTensor) else second

    spread = [distribute_tensor(each, mesh, [Shard(0)]) for each in (logits, g)]
    torch.testing.assert_close(
        curvature(spread[0].requires_grad_(), spread[1]), curvature(logits.requires_grad_(), g)
    )
    spread = [distribute_tensor(each.detach(), mesh, [Shard(1)]) for each in (logits, g)]
    with pytest.raises(NotImplementedError, match="redistribute the logits"):
        curvature(spread[0].requires_grad_(), spread[1])


def what_is_sent(mesh: Any) -> None:
    rows, size = 16, 131072
    logits, g, h = (numbers(seed, rows, size) for seed in range(3))
    for name in ("straight_through", "reinmax", "gumbel_softmax", "reinmax_cv"):
        for placements, most in ([Shard(0)], 0), ([Shard(1)], 0.01):
            local = [distribute_tensor(each, mesh, placements) for each in (logits, g, h)]
            with Traffic() as traffic:
                leaf = local[0].requires_grad_()
                hard, soft = getattr(reinmax_multi.torch, name)(leaf, tau_of(name))
                torch.autograd.backward([hard, soft], local[1:])
            found = traffic.sent
            assert bool(found) == bool(most), (name, found)
            assert sum(each.bytes for each in found) <= most * logits.nbytes, (name, found)
            assert all(each.elements <= 10 * rows for each in found), (name, found)


def refused(mesh: Any, rank: int) -> Iterator[Callable[[], Any]]:
    """A call for each row of the page on errors."""
    plain, sample = torch.zeros(4, 6), torch.zeros(4, dtype=torch.int64)
    logits = distribute_tensor(plain, mesh, [Shard(0)])
    of_rows = distribute_tensor(sample, mesh, [Shard(0)])
    partial = DTensor.from_local(plain, mesh, [Partial()])
    uneven = DTensor.from_local(
        torch.zeros(2 + rank, 6), mesh, [Shard(0)], run_check=False, shape=(5, 6), stride=(6, 1)
    )
    other = init_device_mesh("cpu", (1, 2))
    elsewhere = distribute_tensor(sample, other, [Replicate(), Shard(0)])
    uneven_sample = DTensor.from_local(
        torch.zeros(1 + 2 * rank, dtype=torch.int64), mesh, [Shard(0)], shape=(4,), stride=(1,)
    )
    yield lambda: reinmax(partial)
    yield lambda: reinmax(uneven)
    yield lambda: reinmax(logits, sample=sample)
    yield lambda: reinmax(plain, sample=of_rows)
    yield lambda: reinmax(logits, sample=elsewhere)
    yield lambda: reinmax(logits, sample=DTensor.from_local(sample, mesh, [Partial()]))
    yield lambda: reinmax(logits, sample=uneven_sample)
    yield lambda: reinmax(logits, torch.ones(4, 1))
    for of_tau in logits, plain:
        for placement in Shard(0), Partial():
            tau = DTensor.from_local(torch.ones(1), mesh, [placement], shape=(1,), stride=(1,))
            yield lambda of_tau=of_tau, tau=tau: reinmax(of_tau, tau)


def errors(mesh: Any, rank: int) -> None:
    raised = set()
    documented = rows_for("torch with DTensor")
    for call in refused(mesh, rank):
        with pytest.raises((TypeError, ValueError)) as caught:
            call()
        fitting = [row for row in documented if row.describes(caught.value)]
        assert fitting, f"the page does not list {caught.value!r}"
        raised.add(fitting[0])
    assert raised == set(documented)


def main(rank: int) -> None:
    mesh = init_device_mesh("cpu", (2,))
    noise_of_shards_and_replicas(mesh, rank)
    samples_that_are_given(mesh)
    rows_without_a_distribution(mesh)
    a_record_of_the_user(mesh)
    categories_and_mixtures(mesh)
    several_samples(mesh)
    what_is_sent(mesh)
    errors(mesh, rank)
    checkpoints_compilation_and_second_derivatives(mesh)


if __name__ == "__main__":
    with group() as (rank, _):
        main(rank)
