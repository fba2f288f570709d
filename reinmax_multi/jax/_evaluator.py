"""What a diagnosis needs of JAX: the losses and the gradients of given samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from ..diagnosis._evaluator import Words, check_losses
from ..diagnosis._joint import Categories, Numbers

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


class Evaluator:
    """See :class:`reinmax_multi.diagnosis._evaluator.Evaluator`."""

    words: ClassVar[Words] = Words(
        package=__package__,
        array="jax.Array",
        logits="array",
        logits_annotation="jax.typing.ArrayLike",
        arrays="arrays",
        traced="It is compiled by ``jax.jit``.",
        example=_EXAMPLE,
    )
    xp: ClassVar[Any] = jnp

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

    @staticmethod
    def is_array(logits: Any) -> bool:
        return isinstance(logits, (jax.Array, np.ndarray))

    @staticmethod
    def asarray(values: Numbers) -> jax.Array:
        return jnp.asarray(values, jnp.float32)
