"""How the tests of this folder start processes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.distributed import processes

LONGEST_SECONDS = 120


@pytest.fixture
def spread(tmp_path: Path) -> Callable[..., list[str]]:
    """``spread(program, count)`` runs a module of this folder in processes of a gloo group."""

    @functools.wraps(processes.run)
    def run(program: str, count: int, seconds: float = LONGEST_SECONDS) -> list[str]:
        command = ("-W", "error", "-m", f"tests.distributed.on_torch.{program}")
        return processes.run(command, count, tmp_path, seconds)

    return run
