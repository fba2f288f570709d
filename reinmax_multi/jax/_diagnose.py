"""What a diagnosis needs of JAX: the losses and the gradients of given samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

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
    >>> from reinmax_multi.jax import diagnose, reinmax
    >>> weights = jnp.arange(6.0).reshape(2, 3)
    >>> def loss(samples):
    ...     return (samples * weights).sum((-1, -2)) ** 2
    >>> result = diagnose(loss, jnp.zeros_like(weights), [reinmax], taus=(1.0, 1.5))
    >>> result.reference
    'enumeration of 9 configurations'
    >>> [round(record["relative_bias"], 2) for record in result.records]
    [0.0, 0.14]
    """


class _Evaluator:
    """See :class:`reinmax_multi.diagnosis._evaluator.Evaluator`."""

    framework = f"JAX {jax.__version__}"

    def __init__(
        self, loss: Callable[[jax.Array], jax.Array], logits: jax.typing.ArrayLike
    ) -> None:
        self._logits = jnp.asarray(logits)
        self.logits: Numbers = np.asarray(self._logits, np.float64)

        def checked(hard: jax.Array) -> jax.Array:
            values = loss(hard)
            check_losses(values, isinstance(values, jax.Array), len(hard))
            return values

        self._loss = checked
        self._compiled = jax.jit(checked)

    def losses(self, categories: Categories) -> Numbers:
        size, dtype = self._logits.shape[-1], self._logits.dtype
        hard = jax.nn.one_hot(self._categories(categories), size, dtype=dtype)
        return np.asarray(self._compiled(hard), np.float64)

    def gradient(
        self, estimator: Callable[..., Any], options: Mapping[str, float]
    ) -> Callable[[int, int, Categories | None], Numbers]:
        estimator(self._logits, **options, key=jax.random.key(0))

        def total(logits: jax.Array, key: jax.Array, sample: jax.Array | None) -> jax.Array:
            return self._loss(estimator(logits, **options, key=key, sample=sample).y_hard).sum()

        compiled = jax.jit(jax.grad(total))

        def gradient(size: int, seed: int, categories: Categories | None) -> Numbers:
            logits = jnp.broadcast_to(self._logits, (size, *self._logits.shape))
            sample = None if categories is None else self._categories(categories)
            result = compiled(logits, jax.random.key(seed), sample)
            return np.asarray(result, np.float64).reshape(size, -1)

        return gradient

    def _categories(self, categories: Categories) -> jax.Array:
        return jnp.asarray(categories.reshape(len(categories), *self._logits.shape[:-1]), jnp.int32)


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
