"""Other samplers: (logits of one row, number of draws) -> how often each category was drawn.

torch.multinomial and tf.random.categorical take the number of draws; the Gumbel samplers need K
noises a draw, so their draws are counted in chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

Sampler = Callable[[np.ndarray, int], np.ndarray]
CHUNK = 2**24
SEED = 20260

ELEMENTS = 2 * 10**8
"""How many noises a Gumbel sampler may use for one row of the table."""


def samplers(framework: str) -> dict[str, tuple[Sampler, bool]]:
    """The samplers of a framework by name; True if a draw costs K noises."""
    if framework == "torch":
        return {"torch.multinomial": (_multinomial, False), "F.gumbel_softmax": (_gumbel, True)}
    if framework == "jax":
        return {"jax.random.categorical": (_jax, True)}
    return {"tf.random.categorical": (_tf, False)} if framework == "tf" else {}


def _chunks(size: int, draws: int) -> Iterator[int]:
    most = max(1, CHUNK // size)
    yield from (min(most, draws - start) for start in range(0, draws, most))


def _multinomial(logits: np.ndarray, draws: int) -> np.ndarray:
    import torch

    generator = torch.Generator().manual_seed(SEED)
    soft = torch.tensor(logits).softmax(-1)
    drawn = torch.multinomial(soft, draws, replacement=True, generator=generator)
    return np.bincount(drawn.numpy(), minlength=logits.size)


def _gumbel(logits: np.ndarray, draws: int) -> np.ndarray:
    import torch

    torch.manual_seed(SEED)
    row = torch.tensor(logits)
    counts = np.zeros(logits.size, np.int64)
    for rows in _chunks(logits.size, draws):
        hard = torch.nn.functional.gumbel_softmax(row.expand(rows, -1), hard=True)
        counts += np.bincount(hard.argmax(-1).numpy(), minlength=logits.size)
    return counts


def _jax(logits: np.ndarray, draws: int) -> np.ndarray:
    import jax

    counts = np.zeros(logits.size, np.int64)
    for seed, rows in enumerate(_chunks(logits.size, draws)):
        key = jax.random.fold_in(jax.random.key(SEED), seed)
        drawn = jax.random.categorical(key, logits, shape=(rows,))
        counts += np.bincount(np.asarray(drawn), minlength=logits.size)
    return counts


def _tf(logits: np.ndarray, draws: int) -> np.ndarray:
    import tensorflow as tf

    drawn = tf.random.stateless_categorical(logits[None], draws, (0, SEED))
    return np.bincount(drawn.numpy()[0], minlength=logits.size)
