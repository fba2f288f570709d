"""The namespaces that the core is tested on, and hypothesis without luck and without files."""

from __future__ import annotations

from typing import Any

import array_api_compat.numpy
import array_api_strict
import hypothesis
import pytest

hypothesis.settings.register_profile("core", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("core")


@pytest.fixture(
    scope="session", params=[array_api_compat.numpy, array_api_strict], ids=["numpy", "strict"]
)
def xp(request: pytest.FixtureRequest) -> Any:
    return request.param
