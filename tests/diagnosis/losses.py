"""A loss in any framework, and the same in NumPy with its gradient written by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


class Polynomial:
    """f(x) = <w, x>^degree of a configuration x of R one-hot rows, and float64 logits (R, K)."""

    def __init__(self, driver: Any, degree: int, rows: int = 2, size: int = 3) -> None:
        generator = np.random.default_rng(degree)
        self.driver, self.degree = driver, degree
        self.logits = generator.normal(size=(rows, size))
        self.weights = generator.normal(size=(rows, size))
        weights = np.exp(self.logits)
        self.pi = weights / weights.sum(-1, keepdims=True)

    def loss(self, samples: Any) -> Any:
        xp = self.driver.namespace
        weights = self.driver.asarray(self.weights.ravel(), "float64")
        flat = xp.reshape(samples, (-1, self.weights.size))
        return xp.sum(flat * weights, axis=-1) ** self.degree

    def diagnose(self, *estimators: Callable[..., Any], **options: Any) -> Any:
        logits = self.driver.asarray(self.logits, "float64")
        return self.driver.package.diagnose(self.loss, logits, estimators or None, **options)

    def configurations(self) -> Iterator[tuple[float, np.ndarray, float, np.ndarray]]:
        """p(x), x one-hot, f(x) and the gradient of f at x, of every configuration."""
        rows, size = self.logits.shape
        for chosen in itertools.product(range(size), repeat=rows):
            x = np.eye(size)[list(chosen)]
            z = (self.weights * x).sum()
            gradient = self.degree * z ** (self.degree - 1) * self.weights
            yield (self.pi * x).sum(-1).prod(), x, z**self.degree, gradient

    def exact_gradient(self) -> np.ndarray:
        """E f(x) (x - pi)."""
        return sum(p * f * (x - self.pi) for p, x, f, _ in self.configurations())

    def straight_through(self, tau: float) -> tuple[float, float, float, float]:
        """Its relative bias, standard deviation and mean squared error, and its cosine."""
        weights = np.exp(self.logits / tau)
        pi = weights / weights.sum(-1, keepdims=True)
        exact = self.exact_gradient()
        estimates = [
            (p, pi * (g - (pi * g).sum(-1, keepdims=True)) / tau)
            for p, _, _, g in self.configurations()
        ]
        mean = sum(p * estimate for p, estimate in estimates)
        variance = sum(p * ((estimate - mean) ** 2).sum() for p, estimate in estimates)
        error = sum(p * ((estimate - exact) ** 2).sum() for p, estimate in estimates)
        length, bias = np.linalg.norm(exact), np.linalg.norm(mean - exact)
        cosine = (mean * exact).sum() / (np.linalg.norm(mean) * length)
        return bias / length, np.sqrt(variance) / length, error / length**2, cosine


def numbers(record: Any) -> list[float]:
    """Bias, standard deviation, mean squared error and cosine."""
    return [record[name] for name in ("relative_bias", "relative_std", "relative_mse", "cosine")]
