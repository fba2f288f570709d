"""The derivative of a binary variable: one number, the last entry of W for the logits (0, l).

For two categories W is 2 x 2. Only its last entry meets the cotangent (0, g) and the logit l, in
either mode of differentiation. With x the log-odds of the value that was drawn, o = sigmoid(-x) the
probability of the other one and v = o (1 - o), those of the three Jacobians are

    J(pi): v,    J(pi_tau): v at x / tau,    J((pi_tau + D) / 2): o (2 - o) / 4 = (v + o) / 4 there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .algebra import softmax
from .jacobians import Jacobians
from .logistic import sigmoid, variance
from .namespace import Array, Namespace
from .residuals import FORWARD_TAU, Residuals, Tau, Variables, is_one

Weight: TypeAlias = Callable[..., Any]
"""``weight(xp, variables, tau)``, and the hyper-parameters as keywords."""


def of_product(product: Callable[..., Any]) -> Weight:
    """The weight of a product, which is called with rows of two."""

    def weight(xp: Namespace, variables: Variables, tau: Tau, **settings: float) -> Array:
        logits, zero = variables.logits, xp.zeros_like(variables.logits)
        likely = logits > 0
        pair = [xp.where(likely, -logits, zero), xp.where(likely, zero, logits)]
        rows = xp.concat(pair, axis=-1)
        categories = xp.concat([variables.categories, variables.categories + 1])
        index = xp.astype(variables.value, categories.dtype)
        residuals = Residuals(rows, softmax(xp, rows), index, categories, variables.words)
        last = xp.concat([zero, xp.full_like(zero, 1.0)], axis=-1)
        return product(xp, residuals, last, tau, **settings)[..., 1:]

    return weight


def of_jacobians(jacobians: Jacobians) -> Weight:
    """The weight of a sum of Jacobians."""
    of_other = jacobians.middle / 4
    of_variance = jacobians.pi_tau + of_other

    def weight(xp: Namespace, variables: Variables, tau: Tau, **settings: float) -> Array:
        x = variables.for_value
        if jacobians.gap is None and is_one(tau):
            terms = _terms(xp, x, of_variance + jacobians.pi, of_other)
        else:
            moved = x if jacobians.gap is None else _at_least(xp, x, settings[jacobians.gap])
            terms = [
                *_terms(xp, moved if is_one(tau) else moved / tau, of_variance, of_other),
                *_terms(xp, x, jacobians.pi, 0.0),
            ]
        total = terms[0] if terms else xp.zeros_like(x)
        for term in terms[1:]:
            total += term
        for divisor in (tau if jacobians.over_tau else 1.0, settings.get(FORWARD_TAU, 1.0)):
            total = total if is_one(divisor) else total / divisor
        return total

    return weight


def _terms(xp: Namespace, x: Array, of_variance: float, of_other: float) -> list[Array]:
    """Those whose factor is not 0."""
    terms = []
    if of_variance:
        terms.append(of_variance * variance(xp, x))
    if of_other:
        terms.append(of_other * sigmoid(xp, -x))
    return terms


def _at_least(xp: Namespace, x: Array, gap: float) -> Array:
    """The log-odds after ``gapped_straight_through`` has perturbed the logits."""
    gap = max(gap, 0.0)
    return xp.where(x < gap, xp.full_like(x, gap), x)
