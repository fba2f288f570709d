"""The parser, written once by names of the array API standard: Gumbel Tree-LSTM.

Choi, Yoo & Lee 2018 (arXiv:1707.02786). The words of a sentence are its first nodes. In each step
every two neighbours propose a parent by a binary Tree-LSTM (eq. 1 to 3), a query vector scores the
proposals (eq. 7), a categorical sample chooses one, and the parent takes the place of its children:

    r'_j = r_j [j before the pair] + parent_j [j is the pair] + r_j+1 [j after the pair]   (eq. 4-6)

with the three brackets made of the one-hot sample, which is the only way by which the loss reaches
the scores. After W - 1 steps one node is left, and a perceptron reads its value.

A row shorter than W has fewer pairs and ends earlier. A pair that does not exist has the logit
-inf: it is never chosen and its gradient is exactly zero. A finished row would be -inf throughout,
which is no distribution: NaN in the sample, and in the gradient of every weight, even if ``where``
discards the row afterwards, for 0 NaN = NaN. So it keeps its first pair, whose choice is discarded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

Array: TypeAlias = Any
Namespace: TypeAlias = Any
Choose: TypeAlias = Callable[[Array], Array]
"""A one-hot row for each row of logits."""


class Weights(NamedTuple):
    """For V words, D numbers of hidden state and as many of cell state, H hidden units."""

    embedding: Array  # (V, D)
    leaf_kernel: Array  # (D, 2 D)
    leaf_bias: Array  # (2 D,)
    merge_kernel: Array  # (2 D, 5 D): input, two forget, output gates and the new content
    merge_bias: Array  # (5 D,)
    query: Array  # (D,)
    hidden_kernel: Array  # (D, H)
    hidden_bias: Array  # (H,)
    value_kernel: Array  # (H, 10)
    value_bias: Array  # (10,)


def leaves(weights: Weights, words: Array) -> Array:
    """(N, W) words -> (N, W, 2 D) nodes, the hidden state and the cell state side by side."""
    table = weights.embedding @ weights.leaf_kernel + weights.leaf_bias
    return table[words]


def parents(xp: Namespace, weights: Weights, nodes: Array) -> Array:
    """The proposal of each pair of neighbours: (N, W, 2 D) nodes -> (N, W - 1, 2 D)."""
    size = weights.query.shape[0]
    left, right = nodes[:, :-1], nodes[:, 1:]
    children = xp.concat([left[..., :size], right[..., :size]], axis=-1)
    gates = children @ weights.merge_kernel + weights.merge_bias
    opened = 0.5 * (xp.tanh(0.5 * gates[..., : 4 * size]) + 1)  # the logistic function
    content = xp.tanh(gates[..., 4 * size :])
    of_input, of_left, of_right = (opened[..., i * size : (i + 1) * size] for i in range(3))
    cell = of_left * left[..., size:] + of_right * right[..., size:] + of_input * content
    return xp.concat([opened[..., 3 * size :] * xp.tanh(cell), cell], axis=-1)


def logits(xp: Namespace, weights: Weights, proposed: Array, counts: Array) -> Array:
    """(N, W - 1) scores of the proposals, -inf for a pair that does not exist but for the first.

    ``counts`` (N,) is the number of nodes that each row has left.
    """
    scores = proposed[..., : weights.query.shape[0]] @ weights.query
    pairs = xp.arange(scores.shape[1])
    return xp.where((pairs < counts[:, None] - 1) | (pairs == 0), scores, -xp.inf)


def merged(xp: Namespace, nodes: Array, proposed: Array, chosen: Array, counts: Array) -> Array:
    """One pair of each row becomes its parent: (N, W, 2 D) -> (N, W - 1, 2 D).

    ``chosen`` (N, W - 1) is one-hot. A row of one node stays as it is.
    """
    left, right, pair = nodes[:, :-1], nodes[:, 1:], chosen[..., None]
    after = xp.cumulative_sum(pair, axis=1) - pair
    moved = (1 - after - pair) * left + pair * proposed + after * right
    return xp.where((counts > 1)[:, None, None], moved, left)


def greedy(xp: Namespace, logits: Array) -> Array:
    """The most probable choice; for evaluation, since no gradient passes."""
    best = xp.argmax(logits, axis=-1, keepdims=True)
    return xp.astype(xp.arange(logits.shape[-1]) == best, logits.dtype)


def read_value(xp: Namespace, weights: Weights, roots: Array) -> Array:
    """(N, 2 D) roots -> (N, 10) logits of the value."""
    state = roots[:, : weights.query.shape[0]]
    hidden = state @ weights.hidden_kernel + weights.hidden_bias
    return xp.where(hidden > 0, hidden, 0) @ weights.value_kernel + weights.value_bias


def cross_entropy(xp: Namespace, logits: Array, values: Array, weights: Array) -> Array:
    """The weighted mean over the rows, in nats."""
    shifted = logits - xp.max(logits, axis=-1, keepdims=True)
    drawn = xp.astype(xp.arange(logits.shape[-1]) == values[:, None], logits.dtype)
    nats = xp.log(xp.sum(xp.exp(shifted), axis=-1)) - xp.sum(drawn * shifted, axis=-1)
    return xp.sum(weights * nats) / xp.sum(weights)
