"""The ways to run that a back end offers, with their dtypes."""

from __future__ import annotations

import pytest

from tests.conftest import chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    modes = chosen(metafunc.config)[0].modes
    rows = [
        (way, dtype)
        for way in ("eager", "compiled")
        for dtype in modes.get(way, ())
        if dtype != "float64"
    ]
    metafunc.parametrize(("way", "dtype"), rows)
