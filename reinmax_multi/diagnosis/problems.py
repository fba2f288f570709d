"""Losses to compare estimators on, written once over the names that every framework has.

A configuration of L latents with K categories is flattened to x in {0, 1}^(L K). With random
directions w_h and z_h = <w_h, x> / sqrt(L), the polynomials are the mean over h of z_h^degree; they
couple the latents. The network and the decoder have random weights.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from .._core.namespace import Array
from ._extra import need
from ._joint import Numbers

HIDDEN = 16
DIGIT = 0


class Problem(NamedTuple):
    """Logits, and a loss of ``(xp, flat samples (B, L K), *constants)`` that returns (B,)."""

    logits: Numbers
    constants: tuple[Numbers, ...]
    flat_loss: Callable[..., Array]

    def loss(self, xp: Any, asarray: Callable[[Numbers], Array]) -> Callable[[Array], Array]:
        """The loss of (B, L, K) samples in a framework; ``asarray`` converts the constants."""
        constants = [asarray(constant) for constant in self.constants]
        size = self.logits.size

        def loss(samples: Array) -> Array:
            return self.flat_loss(xp, xp.reshape(samples, (-1, size)), *constants)

        return loss


def _polynomial(degree: int, xp: Any, flat: Array, directions: Array) -> Array:
    return xp.sum((flat @ directions) ** degree, axis=-1) / HIDDEN


def _network(xp: Any, flat: Array, first: Array, last: Array) -> Array:
    tanh = 1.0 - 2.0 / (xp.exp(2.0 * (flat @ first)) + 1.0)
    return xp.sum(tanh * last, axis=-1)


def _digit(xp: Any, flat: Array, first: Array, last: Array, pixels: Array) -> Array:
    """Minus the log-likelihood of a digit under pixels with normal noise, but for a constant."""
    hidden = flat @ first
    decoded = xp.maximum(hidden, xp.zeros_like(hidden)) @ last
    return 0.5 * xp.sum((pixels - 1.0 / (1.0 + xp.exp(-decoded))) ** 2, axis=-1)


POLYNOMIALS = {"linear": 1, "quadratic": 2, "cubic": 3, "quartic": 4}
Loss: TypeAlias = Literal["linear", "quadratic", "cubic", "quartic", "network", "vae"]


def problem(loss: Loss, latents: int, categories: int, seed: int) -> Problem:
    """A built-in loss at random logits of unit variance; ``vae`` needs scikit-learn."""
    generator = np.random.default_rng(seed)
    logits = generator.standard_normal((latents, categories))
    first = generator.standard_normal((logits.size, HIDDEN)) / np.sqrt(latents)
    if loss in POLYNOMIALS:
        return Problem(logits, (first,), partial(_polynomial, POLYNOMIALS[loss]))
    if loss == "network":
        return Problem(logits, (first, generator.standard_normal(HIDDEN)), _network)
    pixels = need("sklearn.datasets").load_digits().data[DIGIT] / 16.0
    last = generator.standard_normal((HIDDEN, pixels.size)) / np.sqrt(HIDDEN)
    return Problem(logits, (first, last, pixels), _digit)
