"""What a diagnosis needs of JAX: the losses and the gradients of given samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from ..diagnosis import Diagnosis
from ..diagnosis._candidates import Estimators, family
from ..diagnosis._docstring import docstring
from ..diagnosis._evaluator import check_logits, check_losses
from ..diagnosis._joint import Categories, Numbers
from ..diagnosis._run import Progress, run

__all__ = ["as_float32", "diagnose", "xp"]

xp = jnp

_EXAMPLE = """
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import diagnose, reinmax, straight_through
    >>> weights = jnp.arange(6.0).reshape(2, 3)
    >>> def loss(samples):
    ...     return (samples * weights).sum((-1, -2)) ** 2
    >>> logits = jnp.zeros_like(weights)
    >>> result = diagnose(loss, logits, [straight_through, reinmax], taus=[1.0])
    >>> result.reference
    'enumeration of 9 configurations'
    >>> [round(record["relative_bias"], 2) for record in result.records]
    [0.06, 0.0]
    """


class _Evaluator:
    """See :class:`reinmax_multi.diagnosis._evaluator.Evaluator`."""

    framework = f"JAX {jax.__version__}"

    def __init__(
        self, loss: Callable[[jax.Array], jax.Array], logits: jax.typing.ArrayLike
    ) -> None:
        self._logits = jnp.asarray(logits)
        self.logits: Numbers = np.asarray(self._logits, np.float64)
        size, dtype = self._logits.shape[-1:], self._logits.dtype

        def checked(hard: jax.Array) -> jax.Array:
            values = loss(hard)
            check_losses(values, isinstance(values, jax.Array), len(hard))
            return values

        self._loss = checked
        self._compiled = jax.jit(lambda x: checked(jax.nn.one_hot(x, *size, dtype=dtype)))

    def losses(self, categories: Categories) -> Numbers:
        return np.asarray(self._compiled(self._shaped(categories)), np.float64)

    def gradient(
        self, estimator: Callable[..., Any], options: Mapping[str, float]
    ) -> Callable[[int, int, Categories | None], Numbers]:
        def sampled(logits: jax.Array, seed: int, sample: jax.Array | None) -> jax.Array:
            hard: jax.Array
            hard, _ = estimator(logits, **options, key=jax.random.key(seed), sample=sample)
            return hard

        jax.eval_shape(sampled, self._logits, 0, None)

        @partial(jax.jit, static_argnames="size")
        def compiled(seed: int, sample: jax.Array | None, size: int) -> jax.Array:
            logits = jnp.broadcast_to(self._logits, (size, *self._logits.shape))
            total = jax.grad(lambda logits: self._loss(sampled(logits, seed, sample)).sum())
            return jnp.reshape(total(logits), (size, -1))

        def gradient(size: int, seed: int, categories: Categories | None) -> Numbers:
            sample = None if categories is None else self._shaped(categories)
            return np.asarray(compiled(seed, sample, size=size), np.float64)

        return gradient

    def _shaped(self, categories: Categories) -> NDArray[np.int32]:
        return categories.reshape(-1, *self._logits.shape[:-1]).astype(np.int32)


def diagnose(
    loss: Callable[[jax.Array], jax.Array],
    logits: jax.typing.ArrayLike,
    estimators: Estimators | None = None,
    *,
    taus: Sequence[float] = (0.5, 1.0, 1.5),
    num_samples: int = 10_000,
    reference_samples: int = 100_000,
    max_configurations: int = 2**16,
    batch_size: int = 1024,
    seed: int = 0,
    progress: Progress | None = None,
) -> Diagnosis:
    check_logits(isinstance(logits, (jax.Array, np.ndarray)), "an array", logits)
    return run(
        _Evaluator(loss, logits),
        family("jax") if estimators is None else estimators,
        taus=taus,
        num_samples=num_samples,
        reference_samples=reference_samples,
        max_configurations=max_configurations,
        batch_size=batch_size,
        seed=seed,
        progress=progress,
    )


diagnose.__doc__ = docstring(
    samples="arrays",
    losses="an array",
    logits="array",
    traced="It is compiled by ``jax.jit``.",
    example=_EXAMPLE,
)


def as_float32(values: Numbers) -> jax.Array:
    """The constants of a built-in problem."""
    return jnp.asarray(values, jnp.float32)
