"""How many examples: few, always the same; or ``--hypothesis-profile many``, new ones.

``few`` makes 200 calls a back end (two modes of differentiation, two estimators), more where it has
kernels, and 600 with a bad argument, ``many`` makes 12,000 and 6,000 and those of the compiled
modes. ``nox -s fuzz`` chooses a
seed and shows it.
"""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest

import backends
from tests.conformance.cases import EVERY_CASE, telling_cases
from tests.conftest import chosen

COMMON = {
    "deadline": None,
    "database": None,
    "print_blob": True,
    "suppress_health_check": list(hypothesis.HealthCheck),
}
hypothesis.settings.register_profile("few", derandomize=True, max_examples=50, **COMMON)
hypothesis.settings.register_profile("many", max_examples=3_000, **COMMON)
hypothesis.settings.load_profile("few")
np.set_printoptions(threshold=20)  # a failing example prints its arrays


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``estimator``, ``kernel``, the eager mode without one, and each mode but eager with each of
    its dtypes and their telling cases.
    """
    sheet, driver = chosen(metafunc.config)
    if "estimator" in metafunc.fixturenames:
        metafunc.parametrize("estimator", EVERY_CASE)
    if "kernel" in metafunc.fixturenames:
        kernels = [kernel for kernel in driver.kernels if kernel in sheet.modes]
        metafunc.parametrize("kernel", kernels or ["eager"])
    if "mode" in metafunc.fixturenames:
        metafunc.parametrize(("mode", "dtype", "case"), _compiled(sheet), ids=str)


def _compiled(sheet: backends.Sheet) -> list[tuple[object, ...]]:
    return [
        (mode, dtype, case)
        for mode, dtypes in sheet.modes.items()
        if mode != "eager"
        for dtype in dtypes
        for case in telling_cases(dtype)
    ]
