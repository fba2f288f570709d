"""What a diagnosis says of one estimator at one temperature."""

from __future__ import annotations

from typing import TypedDict


class Record(TypedDict):
    """One estimator at one temperature; relative means by the norm of the reference gradient.

    ``exact`` says that expectations were enumerated, over ``num_samples`` configurations; then the
    errors are 0. Else they are standard errors of a Monte Carlo with ``num_samples`` samples.
    """

    estimator: str
    tau: float | None
    exact: bool
    num_samples: int
    relative_bias: float
    """|E estimate - gradient|; the variance of the samples has been taken out of it."""
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
