"""Oracles of the core tests: dense matrices in float64, as the papers have them; a comparison."""

from __future__ import annotations

from typing import Any

import numpy as np

import backends

UNITS = backends.sheet("numpy").tolerance["cpu"]


def softmax(logits: np.ndarray, tau: float = 1.0) -> np.ndarray:
    """softmax(logits / tau) of one row."""
    weights = np.exp((logits - logits.max()) / tau)
    return weights / weights.sum()


def jacobian(q: np.ndarray) -> np.ndarray:
    """J(q) = diag(q) - q q^T."""
    return np.diag(q) - np.outer(q, q)


def reinmax(logits: np.ndarray, sample: int, tau: float) -> np.ndarray:
    """W = 2 J((pi_tau + D) / 2) - J(pi) / 2."""
    one_hot = np.eye(len(logits))[sample]
    return 2 * jacobian((softmax(logits, tau) + one_hot) / 2) - jacobian(softmax(logits)) / 2


def straight_through(logits: np.ndarray, sample: int, tau: float) -> np.ndarray:
    """W = J(pi_tau) / tau."""
    return jacobian(softmax(logits, tau)) / tau


MATRICES = {"reinmax": reinmax, "straight_through": straight_through}


def assert_close(actual: Any, expected: Any, largest: Any, dtype: Any = np.float64) -> None:
    """Equal within the sheet's number of epsilons times ``largest``, the row's largest term."""
    error = np.abs(np.asarray(actual, np.float64) - np.asarray(expected, np.float64))
    allowed = UNITS * np.finfo(dtype).eps * np.asarray(largest, np.float64)
    assert np.all(error <= allowed), f"off by {error.max():.3g}, allowed {np.max(allowed):.3g}"
