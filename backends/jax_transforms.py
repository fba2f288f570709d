"""The transforms of JAX, by name; ``contract.Driver`` tells the shape of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from .contract import Array, Function, Program


def second_of_two(function: Function) -> Function:
    """``function`` batched over two copies of its arguments; the second result."""

    def batched(*arrays: jax.Array) -> Any:
        results = jax.vmap(function)(*(jnp.stack([array, array]) for array in arrays))
        return jax.tree.map(lambda part: part[1], results)

    return batched


def _grad(program: Program) -> Function:
    return jax.grad(program, has_aux=True)


def _vjp(program: Program, logits: jax.Array) -> tuple[jax.Array, jax.Array]:
    loss, pull, hard = jax.vjp(program, logits, has_aux=True)
    return pull(jnp.ones_like(loss))[0], hard


def _scan(program: Program) -> Program:
    """The program in the second of two steps of a loop."""

    def run(logits: jax.Array) -> tuple[jax.Array, jax.Array]:
        def step(total: jax.Array, weight: jax.Array) -> tuple[jax.Array, jax.Array]:
            loss, hard = program(logits)
            return total + weight * loss, hard

        total, hard = jax.lax.scan(step, jnp.float32(0), jnp.asarray([0, 1], "float32"))
        return total, hard[1]

    return run


def _donated(program: Program, logits: jax.Array) -> tuple[jax.Array, jax.Array]:
    return jax.jit(_grad(program), donate_argnums=0)(jnp.array(logits, copy=True))


def _sharded(program: Program, logits: jax.Array) -> tuple[jax.Array, jax.Array]:
    devices = jax.devices(logits.device.platform)
    by_rows = NamedSharding(Mesh(devices, ("rows",)), PartitionSpec("rows"))
    gradient, hard = jax.jit(_grad(program))(jax.device_put(logits, by_rows))
    for array in (gradient, hard):
        if not array.sharding.is_equivalent_to(by_rows, array.ndim):
            raise AssertionError(f"the rows are no longer spread over {devices}: {array.sharding}")
    return gradient, hard


def _jvp(program: Program, logits: jax.Array, v: jax.Array) -> tuple[jax.Array, jax.Array]:
    return jax.jvp(program, (logits,), (v,), has_aux=True)[1:]


def _linearize(program: Program, logits: jax.Array, v: jax.Array) -> tuple[jax.Array, jax.Array]:
    _, push, hard = jax.linearize(program, logits, has_aux=True)
    return push(v), hard


def _transposed(program: Program, logits: jax.Array) -> tuple[jax.Array, jax.Array]:
    loss, push, hard = jax.linearize(program, logits, has_aux=True)
    return jax.linear_transpose(push, logits)(jnp.ones_like(loss))[0], hard


def _slope(program: Program, u: jax.Array) -> Program:
    """<gradient, u> as a program, in reverse mode."""

    def run(logits: jax.Array) -> tuple[jax.Array, jax.Array]:
        gradient, hard = _grad(program)(logits)
        return (gradient * u).sum(), hard

    return run


def _reverse(program: Program, logits: jax.Array, v: jax.Array) -> tuple[jax.Array, jax.Array]:
    gradient, hard = _grad(program)(logits)
    return (gradient * v).sum(), hard


def _trace_taus(
    function: Function, logits: jax.Array, cotangents: Sequence[jax.Array], taus: Sequence[Array]
) -> tuple[list[jax.Array], int]:
    @jax.jit
    def pull(logits: jax.Array, tau: jax.Array) -> jax.Array:
        sample, back = jax.vjp(lambda x: function(x, tau), logits)
        return back(type(sample)(*cotangents))[0]

    return [pull(logits, tau) for tau in taus], pull._cache_size()


GRADIENTS = {
    "grad": lambda program, x: _grad(program)(x),
    "vjp": _vjp,
    "jacrev": lambda program, x: jax.jacrev(program, has_aux=True)(x),
    "jacfwd": lambda program, x: jax.jacfwd(program, has_aux=True)(x),
    "transposed linearize": _transposed,
    "jit of grad": lambda program, x: jax.jit(_grad(program))(x),
    "grad of jit": lambda program, x: _grad(jax.jit(program))(x),
    "vmap of grad": lambda program, x: second_of_two(_grad(program))(x),
    "grad of vmap": lambda program, x: _grad(second_of_two(program))(x),
    "grad of scan": lambda program, x: _grad(_scan(program))(x),
    "grad of remat": lambda program, x: _grad(jax.checkpoint(program))(x),
    "jit of grad of remat": lambda program, x: jax.jit(_grad(jax.checkpoint(program)))(x),
    "grad of scan of remat": lambda program, x: _grad(_scan(jax.checkpoint(program)))(x),
    "donated buffer": _donated,
    "sharded array": _sharded,
}

DERIVATIVES = {
    "jvp": _jvp,
    "linearize": _linearize,
    "jit of jvp": lambda program, x, v: jax.jit(lambda x, v: _jvp(program, x, v))(x, v),
    "vmap of jvp": lambda program, x, v: second_of_two(lambda x, v: _jvp(program, x, v))(x, v),
    "jvp of vmap": lambda program, x, v: _jvp(second_of_two(program), x, v),
    "jvp of scan": lambda program, x, v: _jvp(_scan(program), x, v),
    "jvp of remat": lambda program, x, v: _jvp(jax.checkpoint(program), x, v),
}

CURVATURES = {
    "jvp of grad": lambda program, x, u, v: _jvp(_slope(program, u), x, v),
    "grad of grad": lambda program, x, u, v: _reverse(_slope(program, u), x, v),
    "grad of jvp": lambda program, x, u, v: _reverse(lambda x: _jvp(program, x, u), x, v),
    "jvp of jvp": lambda program, x, u, v: _jvp(lambda x: _jvp(program, x, u), x, v),
    "jit of jvp of grad": lambda program, x, u, v: jax.jit(
        lambda x, v: _jvp(_slope(program, u), x, v)
    )(x, v),
    "grad of grad of remat": lambda program, x, u, v: _reverse(
        _slope(jax.checkpoint(program), u), x, v
    ),
}

TAU_TRACES = {"jit": _trace_taus}

SEED_MAPS = {
    "vmap of keys": lambda bound, x, seeds: jax.vmap(
        lambda seed: bound(x, key=jax.random.key(seed)).y_hard
    )(jnp.asarray(seeds)),
    "jit of vmap of keys": lambda bound, x, seeds: jax.jit(
        jax.vmap(lambda seed: bound(x, key=jax.random.key(seed)).y_hard)
    )(jnp.asarray(seeds)),
}
