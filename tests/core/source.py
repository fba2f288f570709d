"""The package as text: what its files import, export and define, without importing a framework."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import reinmax_multi

PACKAGE = Path(reinmax_multi.__file__).parent
ADAPTERS = ("numpy", "torch", "jax", "tf")
"""The folders that bind; ``test_surface.py`` holds that there is no other."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def exported(path: Path) -> list[str]:
    """The ``__all__`` of a file."""
    (value,) = (
        node.value
        for node in tree(path).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    return ast.literal_eval(value)


def defined(path: Path) -> set[str]:
    """The names that a file binds at its top level by import, assignment or definition."""
    names: set[str] = set()
    for node in tree(path).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names


def imported(path: Path, at_the_top: bool = False) -> Iterator[str]:
    """The dotted names that a file imports, relative ones resolved; anywhere, or when imported."""
    package = ["reinmax_multi", *path.relative_to(PACKAGE).parent.parts]
    for node in tree(path).body if at_the_top else ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = [*base, *([node.module] if node.module else [])]
            yield from (".".join([*start, alias.name]) for alias in node.names)
