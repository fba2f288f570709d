"""What a record says of its product, tried on one small row in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import array_api_compat
import numpy as np

from .jacobians import Jacobians
from .residuals import Residuals, Variables
from .weights import of_product

LOGITS = (0.3, -0.8, 0.5)
SAMPLE = 1
WORDS = (123456789, 987654321)


def is_symmetric(product: Callable[..., Any], tau: float, settings: Mapping[str, float]) -> bool:
    """True also for a product that does not run in NumPy, which cannot be tried."""
    matrix = _matrix(product, 1.0, tau, settings)
    return matrix is None or _equal(matrix, matrix.T)


def is_sum(
    product: Callable[..., Any],
    jacobians: Jacobians,
    forward_tau: float,
    tau: float,
    settings: Mapping[str, float],
) -> bool:
    """Whether the product is that of ``jacobians``; True also if it does not run in NumPy."""
    matrix = _matrix(product, forward_tau, tau, settings)
    if matrix is None:
        return True
    theta = np.array(LOGITS) / forward_tau
    drawn = np.arange(theta.size) == SAMPLE
    moved = theta - theta.max()
    if jacobians.gap is not None:
        moved = np.where(drawn, 0.0, np.minimum(moved, -settings[jacobians.gap]))
    pi, pi_tau = _softmax(theta), _softmax(moved / tau)
    total = (
        jacobians.pi * _jacobian(pi)
        + jacobians.pi_tau * _jacobian(pi_tau)
        + jacobians.middle * _jacobian((pi_tau + drawn) / 2)
    )
    scale = forward_tau * (tau if jacobians.over_tau else 1.0)
    return _equal(matrix, total / scale)


def is_weight(
    product: Callable[..., Any],
    weight: Callable[..., Any],
    forward_tau: float,
    tau: float,
    settings: Mapping[str, float],
) -> bool:
    """Whether a weight of binary variables is that of the product for two categories; True also if
    either does not run in NumPy.
    """
    xp: Any = array_api_compat.array_namespace(np.zeros(0))
    variables = Variables(
        logits=xp.asarray([[each] for each in LOGITS * 2]) / forward_tau,
        value=xp.asarray([[each] for each in (0.0,) * len(LOGITS) + (1.0,) * len(LOGITS)]),
        categories=xp.arange(1),
        words=xp.asarray([WORDS] * 2 * len(LOGITS)),
    )
    try:
        right = of_product(product)(xp, variables, tau, **settings)
        tried = weight(xp, variables, tau, **settings)
    except Exception:
        return True
    return right.shape == tried.shape and _equal(right, tried)


def _matrix(
    product: Callable[..., Any], forward_tau: float, tau: float, settings: Mapping[str, float]
) -> Any:
    """The product of each unit vector; None if it does not run in NumPy."""
    xp: Any = array_api_compat.array_namespace(np.zeros(0))
    logits = xp.asarray([LOGITS] * len(LOGITS)) / forward_tau
    weights = xp.exp(logits)
    residuals = Residuals(
        logits=logits,
        soft=weights / xp.sum(weights, axis=-1, keepdims=True),
        index=xp.full((len(LOGITS), 1), SAMPLE),
        categories=xp.arange(len(LOGITS)),
        words=xp.asarray([WORDS] * len(LOGITS)),
    )
    try:
        return product(xp, residuals, xp.eye(len(LOGITS)), tau, **settings)
    except Exception:
        return None


def _equal(matrix: Any, other: Any) -> bool:
    return bool(np.max(np.abs(matrix - other)) <= 1e-6 * np.max(np.abs(matrix)))


def _softmax(theta: Any) -> Any:
    return np.exp(theta) / np.exp(theta).sum()


def _jacobian(q: Any) -> Any:
    return np.diag(q) - np.outer(q, q)
