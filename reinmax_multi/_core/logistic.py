"""The logistic function with all its digits, whatever the log-odds.

No exponential overflows, 1 - p is that of the opposite log-odds instead of a difference, and what
is chosen at 0 has the same derivatives on both sides.
"""

from __future__ import annotations

from .namespace import Array, Namespace


def sigmoid(xp: Namespace, x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    small, large = _both(xp, x)
    return xp.where(x < 0, small, large)


def variance(xp: Namespace, x: Array) -> Array:
    """Sigmoid(x) sigmoid(-x), the derivative of the logistic function."""
    small, large = _both(xp, x)
    small *= large
    return small


def log_sigmoid(xp: Namespace, x: Array) -> Array:
    """Log sigmoid(x), finite where sigmoid underflows."""
    below = xp.where(x < 0, x, xp.zeros_like(x))
    return below - xp.log(xp.exp(_minus_size(xp, x)) + 1.0)


def _both(xp: Namespace, x: Array) -> tuple[Array, Array]:
    """Sigmoid(-|x|) and sigmoid(|x|)."""
    odds = xp.exp(_minus_size(xp, x))
    large = 1.0 / (odds + 1.0)
    return odds * large, large


def _minus_size(xp: Namespace, x: Array) -> Array:
    """-|x|; a comparison, for XLA on a CPU drops NaN in a minimum, whose derivative at 0 is no
    side's.
    """
    return xp.where(x < 0, x, -x)
