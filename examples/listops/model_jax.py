"""The model in JAX, with optax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

import reinmax_multi.jax

from . import model, tree
from .batches import Batch

VERSION = jax.__version__


def value_logits(
    weights: tree.Weights,
    words: Array,
    lengths: Array,
    choose: Callable[[Array, Array], Array],
) -> Array:
    """(N, 10); one compiled step for all merges, so that the width is that of the batch throughout.

    ``choose`` makes one-hot rows of logits and the number of the step.
    """
    # What is inside of the parents is computed again in the backward pass, which is faster than to
    # keep it for all steps. Not so the choice: XLA would fuse a second draw into the loops over the
    # nodes, once for each of their numbers (eight times slower).
    parents = jax.checkpoint(partial(tree.parents, jnp), prevent_cse=False)

    def body(nodes: Array, step: Array) -> tuple[Array, None]:
        proposed = parents(weights, nodes)
        chosen = choose(tree.logits(jnp, weights, proposed, lengths - step), step)
        merged = tree.merged(jnp, nodes, proposed, chosen, lengths - step)
        return jnp.pad(merged, ((0, 0), (0, 1), (0, 0))), None

    nodes, _ = jax.lax.scan(body, tree.leaves(weights, words), jnp.arange(words.shape[1] - 1))
    return tree.read_value(jnp, weights, nodes[:, 0])


class Parser:
    """See :class:`.model.Parser`."""

    def __init__(self, weights: tree.Weights, settings: model.Settings) -> None:
        self.weights = jax.tree.map(jnp.asarray, weights)
        self.kept = _optimiser(settings.learning_rate).init(self.weights)
        self.key = jax.random.key(settings.seed)
        self.estimator = getattr(reinmax_multi.jax, settings.estimator)
        self.settings = settings

    def train(self, batch: Batch, step: int) -> float:
        take = _step(self.estimator, self.settings.tau, self.settings.learning_rate)
        key = jax.random.fold_in(self.key, step)
        self.weights, self.kept, value = take(self.weights, self.kept, batch, key)
        return float(value)

    def evaluate(self, batch: Batch) -> np.ndarray:
        return np.asarray(_greedy_values(self.weights, batch.words, batch.lengths))

    def state(self) -> list[np.ndarray]:
        return [np.asarray(leaf) for leaf in jax.tree.leaves((self.weights, self.kept))]

    def restore(self, state: Sequence[np.ndarray]) -> None:
        structure = jax.tree.structure((self.weights, self.kept))
        leaves = [jnp.asarray(array) for array in state]
        self.weights, self.kept = jax.tree.unflatten(structure, leaves)


def _optimiser(learning_rate: float) -> optax.GradientTransformation:
    return optax.chain(
        optax.clip_by_global_norm(model.LARGEST_GRADIENT),
        optax.radam(learning_rate, eps=model.ADAM_EPSILON),
    )


@cache
def _step(estimator: Any, tau: float, learning_rate: float) -> Callable[..., Any]:
    """Compiled once for each width, whatever the seed: some seconds each."""
    optimiser = _optimiser(learning_rate)

    def loss(weights: tree.Weights, batch: Batch, key: Array) -> Array:
        def sampled(logits: Array, step: Array) -> Array:
            y_hard, _ = estimator(logits, tau, key=jax.random.fold_in(key, step))
            return y_hard

        logits = value_logits(weights, batch.words, batch.lengths, sampled)
        return tree.cross_entropy(jnp, logits, batch.values, batch.weights)

    @jax.jit
    def step(weights: Any, kept: Any, batch: Batch, key: Array) -> tuple[Any, Any, Array]:
        value, gradient = jax.value_and_grad(loss)(weights, batch, key)
        updates, kept = optimiser.update(gradient, kept)
        return optax.apply_updates(weights, updates), kept, value

    return step


@jax.jit
def _greedy_values(weights: tree.Weights, words: Array, lengths: Array) -> Array:
    logits = value_logits(weights, words, lengths, lambda each, step: tree.greedy(jnp, each))
    return logits.argmax(-1)
