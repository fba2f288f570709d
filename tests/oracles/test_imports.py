"""Of the tests, the oracles and the benchmarks import the oracles only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "tests" / "oracles").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])


def imported(path: Path) -> set[str]:
    """The modules that a file names from the root of the checkout."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return names | {
        alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_no_test_but_the_oracles(path):
    foreign = {name for name in imported(path) if name.split(".")[0] in ("tests", "benchmarks")}
    inside = path.is_relative_to(ROOT / "benchmarks")
    allowed = ("tests.oracles", "benchmarks") if inside else ("tests.oracles",)
    assert all(name.startswith(allowed) for name in foreign), foreign
