"""JAX: estimators as papers' code writes them, with ``stop_gradient``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

import reinmax_multi.jax
from benchmarks.common.contract import (
    BERNOULLI,
    LOGISTIC,
    TWO_CATEGORIES,
    Function,
    Peers,
    Shape,
    Step,
)

SEED = 0


def straight_through(logits: jax.Array, key: jax.Array) -> jax.Array:
    soft = jax.nn.softmax(logits)
    hard = jax.nn.one_hot(jax.random.categorical(key, logits), logits.shape[-1], dtype=logits.dtype)
    return hard + (soft - jax.lax.stop_gradient(soft))


def gumbel_softmax(logits: jax.Array, key: jax.Array) -> jax.Array:
    soft = jax.nn.softmax(logits + jax.random.gumbel(key, logits.shape, logits.dtype))
    hard = jax.nn.one_hot(jnp.argmax(soft, -1), logits.shape[-1], dtype=logits.dtype)
    return hard + (soft - jax.lax.stop_gradient(soft))


def reinmax(logits: jax.Array, key: jax.Array) -> jax.Array:
    """Algorithm 2 of Liu et al. (2023) at tau = 1."""
    soft = jax.nn.softmax(logits)
    hard = jax.nn.one_hot(jax.random.categorical(key, logits), logits.shape[-1], dtype=logits.dtype)
    halfway = jnp.log((soft + hard) / 2)
    shifted = jax.nn.softmax(jax.lax.stop_gradient(halfway - logits) + logits)
    surrogate = 2 * shifted - 0.5 * soft
    return hard + (surrogate - jax.lax.stop_gradient(surrogate))


class JaxPeers(Peers):
    """JAX on the CPU or a GPU."""

    framework = "jax"
    modules = ("jax", "jaxlib")
    functions: ClassVar = {
        "straight-through, jax.random.categorical": straight_through,
        "hard Gumbel-softmax": gumbel_softmax,
        "ReinMax by stop_gradient": reinmax,
    }

    def __init__(self, device: str) -> None:
        super().__init__(device)
        jax.config.update("jax_default_device", jax.devices(device)[0])

    def of_family(self, name: str, tau: float, settings: Mapping[str, float]) -> Function:
        estimator = getattr(reinmax_multi.jax, name)
        return lambda logits, key: estimator(logits, tau, key=key, **settings)[0]

    def repeated(self, function: Function, count: int) -> Function:
        return lambda logits, key: function(jnp.broadcast_to(logits, (count, *logits.shape)), key)

    def binary(self, tau: float) -> dict[str, Function]:
        def two_categories(logits: jax.Array, key: jax.Array) -> jax.Array:
            pairs = jnp.stack([jnp.zeros_like(logits), logits], -1)
            return reinmax_multi.jax.reinmax(pairs, tau, key=key)[0][..., 1]

        def logistic(logits: jax.Array, key: jax.Array) -> jax.Array:
            noise = jax.random.logistic(key, logits.shape, logits.dtype)
            soft = jax.nn.sigmoid((logits + noise) / tau)
            hard = (soft > 0.5).astype(soft.dtype)
            return hard + (soft - jax.lax.stop_gradient(soft))

        bernoulli = reinmax_multi.jax.bernoulli.reinmax
        return {
            BERNOULLI: lambda logits, key: bernoulli(logits, tau, key=key)[0],
            TWO_CATEGORIES: two_categories,
            LOGISTIC: logistic,
        }

    def identity(self) -> Function:
        return lambda logits, key: logits

    def arrays(self, shape: Shape, dtype: str) -> tuple[jax.Array, ...]:
        key = jax.random.key(SEED)
        logits, weights = (
            jax.random.normal(key, size).astype(dtype) for size in (shape, shape[1:])
        )
        return logits, key, weights

    def gradient(self, function: Function) -> Function:
        """The loss and its gradient by the logits, as a function of the arrays."""

        def loss(logits: jax.Array, key: jax.Array, weights: jax.Array) -> jax.Array:
            return ((function(logits, key) @ weights) ** 2).sum()

        return jax.value_and_grad(loss)

    def step(self, mode: str, function: Function, shape: Shape, dtype: str) -> Step:
        arrays = self.arrays(shape, dtype)
        compiled = jax.jit(self.gradient(function))
        return Step(lambda: jax.block_until_ready(compiled(*arrays))[1])

    def copy(self, count: int) -> Callable[[], Any]:
        """A negation, since XLA gives a copy one thread, into memory that is there already."""
        source, target = jnp.ones(count, "float32"), jnp.zeros(count, "float32")
        negate = jax.jit(lambda target, source: -source, donate_argnums=0, keep_unused=True)

        def run() -> jax.Array:
            nonlocal target
            target = negate(target, source).block_until_ready()
            return target

        return run
