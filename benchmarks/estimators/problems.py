"""The losses on which the estimators are compared: what a sampled code is used for, in small.

Five are those of ``python -m reinmax_multi compare``. The sixth is a product quantiser with the
shape and the loss of wav2vec 2.0 (Baevski et al., NeurIPS 2020, arXiv:2006.11477): two groups of
320 entries, a contrastive loss on cosine similarities, 100 distractors, temperature 0.1. Codebook,
context and distractors are random.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from reinmax_multi.diagnosis.problems import Problem, problem

SEED = 0
GROUPS, ENTRIES, WIDTH = 2, 320, 128
DISTRACTORS, TEMPERATURE = 100, 0.1
CONTEXT_NOISE = 0.5
"""Of the context vector around a code, whose entries have unit variance."""


class Case(NamedTuple):
    """A loss by the name in its results and the head of its column."""

    name: str
    title: str
    make: Callable[[], Problem]


def _quantiser() -> Problem:
    generator = np.random.default_rng(SEED)
    logits = generator.standard_normal((GROUPS, ENTRIES))
    books = generator.standard_normal((GROUPS, ENTRIES, WIDTH))
    drawn = generator.integers(ENTRIES, size=(GROUPS, DISTRACTORS + 1))
    codes = np.concatenate([book[entries] for book, entries in zip(books, drawn, strict=True)], 1)
    context = codes[0] + CONTEXT_NOISE * generator.standard_normal(GROUPS * WIDTH)
    context /= np.linalg.norm(context)
    distractors = codes[1:] @ context / np.linalg.norm(codes[1:], axis=1)
    stacked = np.zeros((GROUPS, ENTRIES, GROUPS, WIDTH))
    for group, book in enumerate(books):
        stacked[group, :, group] = book
    constants = stacked.reshape(GROUPS * ENTRIES, -1), context, distractors
    return Problem(logits, constants, _contrastive)


def _contrastive(xp, flat, codes, context, distractors):
    """-log of the share that the code has among itself and the distractors."""
    vectors = flat @ codes
    lengths = xp.sum(vectors**2, axis=-1) ** 0.5
    similarities = xp.sum(vectors * context, axis=-1) / lengths
    odds = xp.exp((distractors - similarities[:, None]) / TEMPERATURE)
    return xp.log(1.0 + xp.sum(odds, axis=-1))


CASES = (
    Case("quadratic", "quadratic, 4 × 8", partial(problem, "quadratic", 4, 8, SEED)),
    Case("network", "network, 4 × 8", partial(problem, "network", 4, 8, SEED)),
    Case("decoder", "image decoder, 4 × 8", partial(problem, "vae", 4, 8, SEED)),
    Case("quartic", "quartic, 4 × 8", partial(problem, "quartic", 4, 8, SEED)),
    Case("single", "quartic, 1 × 8", partial(problem, "quartic", 1, 8, SEED)),
    Case("quantiser", "quantiser, 2 × 320", _quantiser),
)
