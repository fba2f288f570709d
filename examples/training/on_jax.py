"""A trainer in JAX, with optax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

import reinmax_multi.jax

from .trainer import EVALUATION, Loss, Ops, Optimiser

OPS = Ops(
    abs=jnp.abs,
    broadcast_to=jnp.broadcast_to,
    exp=jnp.exp,
    mean=jnp.mean,
    reshape=jnp.reshape,
    relu=jax.nn.relu,
    sigmoid=jax.nn.sigmoid,
    stop_gradient=jax.lax.stop_gradient,
    sum=jnp.sum,
    log_softmax=jax.nn.log_softmax,
    binary_cross_entropy=optax.sigmoid_binary_cross_entropy,
)
OPTIMISERS = {"adam": optax.adam, "radam": optax.radam}


class Trainer:
    """See :class:`.trainer.Trainer`."""

    ops = OPS
    family = reinmax_multi.jax
    version = jax.__version__
    asarray = staticmethod(jnp.asarray)

    def __init__(
        self,
        loss: Loss,
        parameters: Sequence[np.ndarray],
        optimiser: Optimiser,
        estimator: str,
        tau: float,
        seed: int,
    ) -> None:
        chosen = OPTIMISERS[optimiser.name](optimiser.learning_rate, eps=optimiser.epsilon)
        estimate = partial(getattr(reinmax_multi.jax, estimator), tau=tau)
        self.parameters = [jnp.asarray(array) for array in parameters]
        self._kept = chosen.init(self.parameters)

        def sample(number: Any) -> Callable[[Array], tuple[Array, Array]]:
            return partial(estimate, key=jax.random.fold_in(jax.random.key(seed), number))

        @partial(jax.jit, donate_argnums=(0, 1))
        def step(parameters: Any, kept: Any, number: Any, *batch: Array) -> tuple[Any, Any, Array]:
            def objective(parameters: Any) -> Array:
                return loss(OPS, parameters, sample(number), *batch)

            value, gradient = jax.value_and_grad(objective)(parameters)
            updates, kept = chosen.update(gradient, kept)
            return optax.apply_updates(parameters, updates), kept, value

        self._step, self._sample = step, sample

    def step(self, number: int, *batch: np.ndarray) -> Array:
        self.parameters, self._kept, value = self._step(self.parameters, self._kept, number, *batch)
        return value

    def apply(self, function: Callable[..., Array], *arrays: np.ndarray) -> np.ndarray:
        tensors = [self.asarray(array) for array in arrays]
        return np.asarray(function(OPS, self.parameters, self._sample(EVALUATION), *tensors))

    def state(self) -> list[np.ndarray]:
        # A copy: the next step gives the memory away.
        return [np.array(leaf) for leaf in jax.tree.leaves((self.parameters, self._kept))]

    def restore(self, state: Sequence[np.ndarray]) -> None:
        structure = jax.tree.structure((self.parameters, self._kept))
        leaves = [jnp.asarray(array) for array in state]
        self.parameters, self._kept = jax.tree.unflatten(structure, leaves)
