"""The original package, inside the same program, does what this one does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from examples.polynomial.experiment import learner
from examples.running import loop
from examples.running.run import Run


def test_original_goes_where_reinmax_goes(tmp_path: Path) -> None:
    """Within five standard errors over the latents, and past where straight-through stops."""
    means, errors = [], []
    for estimator in ("reinmax", "pypi_reinmax"):
        run = Run("torch", estimator, 1.0, 0, 4, "p3", {"power": 3.0})
        record = loop.train(run, learner, tmp_path, lambda done, metrics: None)
        ones = np.array(record.results["ones"])
        means.append(ones.mean())
        errors.append(ones.std(ddof=1) / np.sqrt(ones.size))
    assert abs(means[0] - means[1]) < 5 * np.hypot(*errors)
    assert max(means) < 0.3
