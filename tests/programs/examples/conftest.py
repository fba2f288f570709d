"""The examples train with one thread, as their workers do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """OpenMP's barriers cost 80 ms a step when another process wants the core."""
    with threadpool_limits(1, "openmp"):
        yield
