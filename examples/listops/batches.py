"""Batches of expressions of about one length, so that few shapes are compiled and little is padded.

An expression is put into the smallest bucket of 8, 12, 16, 24, 32, 48, ... words that holds it. The
last batch of a bucket is filled up with rows of one word and weight 0: such a row has no pair to
merge, like a row that is shorter than others of its batch and already merged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .language import Expression

SHORTEST = 8


class Batch(NamedTuple):
    """N rows of W words.

    words : (N, W) int32, 0 after the end
    lengths : (N,) int32
    values : (N,) int32
    weights : (N,) float32, 1 for an expression and 0 for a filler
    """

    words: np.ndarray
    lengths: np.ndarray
    values: np.ndarray
    weights: np.ndarray


def bucket(length: int) -> int:
    """The smallest of 8, 12, 16, 24, 32, ... that is not below ``length``."""
    size = SHORTEST
    while size < length:
        size = size * 3 // 2 if size & (size - 1) == 0 else size * 4 // 3
    return size


def in_order(expressions: Sequence[Expression], size: int) -> list[Batch]:
    """All expressions, once each."""
    buckets: defaultdict[int, list[Expression]] = defaultdict(list)
    for expression in expressions:
        buckets[bucket(len(expression.words))].append(expression)
    return [
        _batch(members[start : start + size], size, width)
        for width, members in sorted(buckets.items())
        for start in range(0, len(members), size)
    ]


def shuffled(
    expressions: Sequence[Expression], size: int, generator: np.random.Generator
) -> list[Batch]:
    """All expressions, once each, in random batches in random order."""
    batches = in_order([expressions[i] for i in generator.permutation(len(expressions))], size)
    return [batches[i] for i in generator.permutation(len(batches))]


def _batch(expressions: Sequence[Expression], size: int, width: int) -> Batch:
    words = np.zeros((size, width), np.int32)
    lengths, values = np.ones(size, np.int32), np.zeros(size, np.int32)
    for row, expression in enumerate(expressions):
        lengths[row], values[row] = len(expression.words), expression.value
        words[row, : lengths[row]] = expression.words
    return Batch(words, lengths, values, (np.arange(size) < len(expressions)).astype(np.float32))
