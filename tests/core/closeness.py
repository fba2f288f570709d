"""Equality within the reference's tolerance."""

from __future__ import annotations

from typing import Any

import numpy as np

import backends

UNITS = backends.sheet("numpy").tolerance["cpu"]


def assert_close(actual: Any, expected: Any, largest: Any, dtype: Any = np.float64) -> None:
    """Equal within the sheet's number of epsilons times ``largest``, the row's largest term."""
    error = np.abs(np.asarray(actual, np.float64) - np.asarray(expected, np.float64))
    allowed = UNITS * np.finfo(dtype).eps * np.asarray(largest, np.float64)
    assert np.all(error <= allowed), f"off by {error.max():.3g}, allowed {np.max(allowed):.3g}"
