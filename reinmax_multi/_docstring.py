"""The docstring of a bound estimator: the record's summary and the framework's parameters."""

from __future__ import annotations

from .estimator import Estimator


def docstring(estimator: Estimator, parameters: str) -> str:
    """``parameters`` is a numpydoc text with the fields ``{name}`` and ``{least_tau}``."""
    bound = f"tau >= {estimator.least_tau:g}" if estimator.least_tau else "tau > 0"
    summary = estimator.summary or f"The estimator {estimator.name!r}."
    return f"{summary}\n\n{parameters.format(name=estimator.name, bound=bound)}"
