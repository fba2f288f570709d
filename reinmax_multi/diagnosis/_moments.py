"""Bias, variance and cosine of an estimator from batches, with the noise of the batches taken out.

The squared length of a mean of N noisy vectors is on average too large by their variance / N, so
that an unbiased estimator looks biased. The product of the means of two *different* batches has no
such excess. Hence, with J independent batches of equal size and x_j the mean of one of them,

    [x] = sum over i != j of <x_i, x_j> / (J (J - 1))

is an unbiased estimate of |E x|^2. With m_j the mean estimate, g_j the reference gradient in batch
j and s the mean of |estimate - c|^2 for any fixed vector c,

    |bias|^2 = [m - g],    variance = s - [m - c],    |gradient|^2 = [g],

each without bias, also when g_j is not the exact gradient but an unbiased estimate from samples of
its own. Standard errors are those of the delete-one jackknife over the batches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ._joint import Numbers

BATCHES = 32


class Moments(NamedTuple):
    """An estimator's samples in J batches; J = 1 stands for an expectation that is exact.

    means : (J, D) the mean of estimate - c in each batch
    squares : (J,) the mean of |estimate - c|^2
    """

    means: Numbers
    squares: Numbers


class Reference(NamedTuple):
    """The gradient; (1, D) when it is exact, else an unbiased estimate in each batch, (J, D)."""

    batches: Numbers

    @property
    def exact(self) -> bool:
        """Whether it has no error."""
        return len(self.batches) == 1

    @property
    def mean(self) -> Numbers:
        """(D,) the gradient as well as it is known; the c of :class:`Moments`."""
        return np.asarray(self.batches.mean(axis=0))

    @property
    def norm(self) -> tuple[float, float]:
        """|gradient|^2 and its standard error."""
        (value,), (error,) = _jackknife(lambda g: np.array([_squared(g)]), [self.batches])
        return float(value), float(error)


def compare(moments: Moments, reference: Reference) -> tuple[Numbers, Numbers]:
    """Relative squared bias, variance and mean squared error, and the cosine; then their errors.

    Relative means in units of |gradient|^2. The cosine is that of the mean estimate to the
    gradient; noise may push it above 1, or make it NaN where the mean estimate is not above its
    noise.
    """
    c = reference.mean

    def numbers(means: Numbers, squares: Numbers, batches: Numbers) -> Numbers:
        norm = _squared(batches)
        bias = _squared(means - (batches - c))
        variance = squares.mean() - _squared(means)
        m = means + c
        with np.errstate(invalid="ignore", divide="ignore"):
            cosine = m.mean(axis=0) @ batches.mean(axis=0) / np.sqrt(_squared(m) * norm)
        relative = np.array([bias, variance, bias + variance]) / norm
        return np.array([*relative, cosine])

    return _jackknife(numbers, [*moments, reference.batches])


def root(value: float, error: float) -> tuple[float, float]:
    """The square root of an estimate that may be negative, and its error, which is right at 0 too.

    Far from 0 the error is the delta method's, error / (2 root); at 0 it is what the noise hides.
    """
    value = max(value, 0.0)
    return float(np.sqrt(value)), float(np.sqrt(value + error) - np.sqrt(value))


def _squared(means: Numbers) -> float:
    """[x] of the module's docstring."""
    count = len(means)
    if count == 1:
        return float(means[0] @ means[0])
    total = means.sum(axis=0)
    return float((total @ total - np.sum(means**2)) / (count * (count - 1)))


def _jackknife(
    statistic: Callable[..., Numbers], arrays: Sequence[Numbers]
) -> tuple[Numbers, Numbers]:
    """The statistic of the batches and its standard error; exact arrays stay as they are."""
    value = statistic(*arrays)
    count = max(len(array) for array in arrays)
    if count == 1:
        return value, np.zeros_like(value)
    replicates = np.array(
        [
            statistic(*(a if len(a) == 1 else np.delete(a, left_out, axis=0) for a in arrays))
            for left_out in range(count)
        ]
    )
    return value, np.sqrt((count - 1) * replicates.var(axis=0))
