"""The transforms of JAX, by name; ``contract.Driver`` has the signature of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import export
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from .contract import Array, Function, Program


def second_of_two(function: Function) -> Function:
    """``function`` batched over two copies of its arguments; the second result."""

    def batched(*arrays: jax.Array) -> Any:
        results = jax.vmap(function)(*(jnp.stack([array, array]) for array in arrays))
        return jax.tree.map(lambda part: part[1], results)

    return batched


def grad(program: Program) -> Function:
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


def _fori_loop(program: Program) -> Program:
    """The program in the second of two steps of a loop with a counter."""

    def run(logits: jax.Array) -> tuple[jax.Array, jax.Array]:
        def step(count: int, carry: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
            loss, hard = program(logits)
            return carry[0] + count * loss, hard

        return jax.lax.fori_loop(0, 2, step, (jnp.float32(0), jnp.zeros_like(logits)))

    return run


def _while_loop(program: Program) -> Program:
    """The program in the second of two steps of a loop whose length is not known beforehand."""

    def run(logits: jax.Array) -> tuple[jax.Array, jax.Array]:
        def step(carry: tuple[Any, ...]) -> tuple[Any, ...]:
            loss, hard = program(logits)
            return carry[0] + 1, carry[1] + carry[0].astype(loss.dtype) * loss, hard

        start = (jnp.int32(0), jnp.float32(0), jnp.zeros_like(logits))
        return jax.lax.while_loop(lambda carry: carry[0] < 2, step, start)[1:]

    return run


def _exported(program: Program) -> Program:
    """The program written out and read again, with its derivative."""

    def run(logits: jax.Array) -> tuple[jax.Array, jax.Array]:
        written = export.export(jax.jit(program))(logits).serialize(vjp_order=1)
        return export.deserialize(written).call(logits)

    return run


def exported_for_any_size(bound: Function) -> Function:
    """``bound`` written out with a last dimension that is not fixed."""

    def run(logits: jax.Array) -> Any:
        (size,) = export.symbolic_shape("k")
        open_logits = jax.ShapeDtypeStruct((*logits.shape[:-1], size), logits.dtype)
        key = jax.random.key(0)
        return export.export(jax.jit(lambda x: bound(x, key=key)))(open_logits).call(logits)

    return run


def _donated(program: Program, logits: jax.Array) -> tuple[jax.Array, jax.Array]:
    return jax.jit(grad(program), donate_argnums=0)(jnp.array(logits, copy=True))


def _sharded(program: Program, logits: jax.Array) -> tuple[jax.Array, jax.Array]:
    devices = jax.devices(logits.device.platform)
    by_rows = NamedSharding(Mesh(devices, ("rows",)), PartitionSpec("rows"))
    gradient, hard = jax.jit(grad(program))(jax.device_put(logits, by_rows))
    for array in (gradient, hard):
        if not array.sharding.is_equivalent_to(by_rows, array.ndim):
            raise AssertionError(f"the rows are no longer spread over {devices}: {array.sharding}")
    return gradient, hard


def jvp(program: Program, logits: jax.Array, v: jax.Array) -> tuple[jax.Array, jax.Array]:
    return jax.jvp(program, (logits,), (v,), has_aux=True)[1:]


def _linearize(program: Program, logits: jax.Array, v: jax.Array) -> tuple[jax.Array, jax.Array]:
    _, push, hard = jax.linearize(program, logits, has_aux=True)
    return push(v), hard


def _transposed(program: Program, logits: jax.Array) -> tuple[jax.Array, jax.Array]:
    loss, push, hard = jax.linearize(program, logits, has_aux=True)
    return jax.linear_transpose(push, logits)(jnp.ones_like(loss))[0], hard


def reverse(program: Program, logits: jax.Array, v: jax.Array) -> tuple[jax.Array, jax.Array]:
    gradient, hard = grad(program)(logits)
    return (gradient * v).sum(), hard


def _trace_taus(
    function: Function, logits: jax.Array, cotangents: Sequence[jax.Array], taus: Sequence[Array]
) -> tuple[list[jax.Array], int]:
    traces = 0

    @jax.jit
    def pull(logits: jax.Array, tau: jax.Array) -> jax.Array:
        nonlocal traces
        traces += 1
        sample, back = jax.vjp(lambda x: function(x, tau), logits)
        return back(type(sample)(*cotangents))[0]

    return [pull(logits, tau) for tau in taus], traces


GRADIENTS = {
    "grad": lambda program, x: grad(program)(x),
    "vjp": _vjp,
    "jacrev": lambda program, x: jax.jacrev(program, has_aux=True)(x),
    "jacfwd": lambda program, x: jax.jacfwd(program, has_aux=True)(x),
    "transposed linearize": _transposed,
    "jit of grad": lambda program, x: jax.jit(grad(program))(x),
    "grad of jit": lambda program, x: grad(jax.jit(program))(x),
    "vmap of grad": lambda program, x: second_of_two(grad(program))(x),
    "grad of vmap": lambda program, x: grad(second_of_two(program))(x),
    "grad of scan": lambda program, x: grad(_scan(program))(x),
    "grad of remat": lambda program, x: grad(jax.checkpoint(program))(x),
    "jit of grad of remat": lambda program, x: jax.jit(grad(jax.checkpoint(program)))(x),
    "grad of scan of remat": lambda program, x: grad(_scan(jax.checkpoint(program)))(x),
    "grad of fori_loop": lambda program, x: grad(_fori_loop(program))(x),
    "grad of export": lambda program, x: grad(_exported(program))(x),
    "donated buffer": _donated,
    "sharded array": _sharded,
}

DERIVATIVES = {
    "jvp": jvp,
    "linearize": _linearize,
    "jit of jvp": lambda program, x, v: jax.jit(lambda x, v: jvp(program, x, v))(x, v),
    "vmap of jvp": lambda program, x, v: second_of_two(lambda x, v: jvp(program, x, v))(x, v),
    "jvp of vmap": lambda program, x, v: jvp(second_of_two(program), x, v),
    "jvp of scan": lambda program, x, v: jvp(_scan(program), x, v),
    "jvp of while_loop": lambda program, x, v: jvp(_while_loop(program), x, v),
    "jvp of remat": lambda program, x, v: jvp(jax.checkpoint(program), x, v),
}

BATCHING = frozenset({"vmap of jvp", "jvp of vmap"})

SAME_BITS = {
    "grad of remat": "grad",
    "jit of grad of remat": "jit of grad",
}

TAU_TRACES = {"jit": _trace_taus}

PLAINEST = "jit of grad"
COMPILING = frozenset(
    {
        *("jit of grad", "grad of jit", "jit of grad of remat", "grad of export"),
        *("donated buffer", "sharded array", "jit of jvp", "jit"),
    }
)


def _vmap_of_vjp(
    function: Function,
    arrays: Sequence[Array],
    cotangents: Sequence[Array],
    mapped: Sequence[bool],
) -> jax.Array:
    def pull(logits: jax.Array, *others: jax.Array) -> jax.Array:
        sample, back = jax.vjp(lambda x: function(x, *others), logits)
        return back(type(sample)(*cotangents))[0]

    return jax.vmap(pull, in_axes=[0 if flag else None for flag in mapped])(*arrays).sum(0)


def _vjp_of_vmap(
    function: Function,
    arrays: Sequence[Array],
    cotangents: Sequence[Array],
    mapped: Sequence[bool],
) -> jax.Array:
    def stacked(logits: jax.Array) -> Any:
        axes = [0 if flag else None for flag in mapped]
        return jax.vmap(function, in_axes=axes)(logits, *arrays[1:])

    sample, back = jax.vjp(stacked, arrays[0])
    of_all = (jnp.broadcast_to(g, part.shape) for g, part in zip(cotangents, sample, strict=True))
    gradient = back(type(sample)(*of_all))[0]
    return gradient.sum(0) if mapped[0] else gradient


ARGUMENT_MAPS = {"vmap of vjp": _vmap_of_vjp, "vjp of vmap": _vjp_of_vmap}
SEED_MAPS = {
    "vmap of keys": lambda bound, x, seeds: jax.vmap(
        lambda seed: bound(x, key=jax.random.key(seed)).y_hard
    )(jnp.asarray(seeds)),
    "jit of vmap of keys": lambda bound, x, seeds: jax.jit(
        jax.vmap(lambda seed: bound(x, key=jax.random.key(seed)).y_hard)
    )(jnp.asarray(seeds)),
}
