"""The logistic function, whose 1 - p is that of the opposite log-odds instead of a difference."""

from __future__ import annotations

from .namespace import Array, Namespace, native


def sigmoid(xp: Namespace, x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    return native(xp).sigmoid(xp, x)


def variance(xp: Namespace, x: Array) -> Array:
    """Sigmoid(x) sigmoid(-x), the derivative of the logistic function."""
    return sigmoid(xp, x) * sigmoid(xp, -x)


def log_sigmoid(xp: Namespace, x: Array) -> Array:
    """Log sigmoid(x), finite where sigmoid underflows."""
    negative = x < 0
    below = xp.where(negative, x, xp.zeros_like(x))
    return below - xp.log(xp.exp(xp.where(negative, x, -x)) + 1.0)
