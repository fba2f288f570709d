"""The problems of these tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .losses import Polynomial


@pytest.fixture
def polynomial(driver: Any) -> Callable[..., Polynomial]:
    """A :class:`.losses.Polynomial` of a degree."""
    return lambda degree, **shape: Polynomial(driver, degree, **shape)
