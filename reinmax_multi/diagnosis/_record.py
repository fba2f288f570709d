"""What a diagnosis reports about one estimator at one temperature."""

from __future__ import annotations

import math
from typing import TypedDict


class Record(TypedDict):
    """One estimator at one temperature; relative means divided by the norm of the reference.

    If ``exact``, expectations were enumerated over ``num_samples`` configurations and the errors
    are 0; else they are standard errors of a Monte Carlo estimate from ``num_samples`` samples.
    """

    estimator: str
    tau: float | None
    exact: bool
    num_samples: int
    relative_bias: float
    """|E estimate - gradient|; the variance of the samples has been subtracted."""
    relative_bias_error: float
    relative_std: float
    """The square root of E |estimate - E estimate|^2, for one sample of all rows."""
    relative_std_error: float
    relative_mse: float
    """Bias squared plus variance, in units of the squared norm."""
    relative_mse_error: float
    cosine: float
    """Of the mean estimate to the gradient."""
    cosine_error: float
    seconds: float
    """A forward and backward pass through the loss, divided by the samples of its batch; the
    shortest of five."""


def mean_squared_error(record: Record, samples: float) -> float:
    """Of the mean of so many estimates, in units of the squared norm: the bias stays."""
    return record["relative_bias"] ** 2 + record["relative_std"] ** 2 / samples


def break_even(one: Record, other: Record) -> float:
    """How many estimates have to be averaged until ``one`` has a smaller mean squared error than
    ``other``, which has the smaller variance; infinite if its bias is not smaller.
    """
    gain = other["relative_bias"] ** 2 - one["relative_bias"] ** 2
    price = one["relative_std"] ** 2 - other["relative_std"] ** 2
    return max(1.0, price / gain) if gain > 0 else math.inf
