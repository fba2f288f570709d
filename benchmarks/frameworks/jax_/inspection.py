"""JAX: what is saved for the backward pass, XLA's plan of the memory, and its instructions."""

from __future__ import annotations

import jax

from benchmarks.common.contract import Function, Operations, Shape

from ..hlo import executed
from .peers import JaxPeers


def saved(peers: JaxPeers, mode: str, function: Function, shape: Shape, dtype: str) -> int:
    """Bytes of the arrays that the pullback holds, the logits among them."""
    logits, key, _ = peers.arrays(shape, dtype)
    _, pull = jax.vjp(jax.jit(lambda logits: function(logits, key)), logits)
    leaves = [leaf for leaf in jax.tree.leaves(pull) if isinstance(leaf, jax.Array)]
    return sum({leaf.unsafe_buffer_pointer(): leaf.nbytes for leaf in leaves}.values())


def planned(peers: JaxPeers, mode: str, function: Function, shape: Shape, dtype: str) -> int:
    """Bytes of the compiled step without its arguments: temporary ones, and the gradient."""
    plan = _compiled(peers, function, shape, dtype).memory_analysis()
    return plan.temp_size_in_bytes + plan.output_size_in_bytes


def operations(
    peers: JaxPeers, mode: str, function: Function, shape: Shape, dtype: str
) -> Operations:
    """The instructions of the compiled step, with the loss."""
    return Operations(executed(_compiled(peers, function, shape, dtype).as_text()))


def _compiled(peers: JaxPeers, function: Function, shape: Shape, dtype: str) -> jax.stages.Compiled:
    return jax.jit(peers.gradient(function)).lower(*peers.arrays(shape, dtype)).compile()
