"""How each framework is installed and driven; nox, the tests and the benchmarks read it.

``<name>.toml`` is the sheet of a back end: versions, devices, dtypes, tolerances, known failures.
``<name>_driver.py`` is its driver: what a test needs of the framework beyond the package itself.
README.md tells how to add one. None of this is in the wheel.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(sheet.stem for sheet in FOLDER.glob("*.toml")))


@dataclass(frozen=True)
class ExpectedFailure:
    """A promise that the framework itself breaks; strict, so that its repair is noticed."""

    test: str
    reason: str
    url: str
    where: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The facts of a back end."""

    name: str
    framework: str
    module: str
    extra: str
    newest: tuple[str, ...]
    oldest: tuple[str, ...]
    oldest_in_ci: bool
    devices: tuple[str, ...]
    dtypes: tuple[str, ...]
    modes: tuple[str, ...]
    tolerance: dict[str, float]
    upstream_warnings: tuple[str, ...]
    expected_failures: tuple[ExpectedFailure, ...]


def sheet(name: str) -> Sheet:
    """The sheet of one back end."""
    facts = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    failures = tuple(ExpectedFailure(**failure) for failure in facts.pop("xfail", []))
    lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
    return Sheet(**{"name": name, **facts, **lists, "expected_failures": failures})


def driver(name: str, device: str) -> Any:
    """The driver of one back end, on one of its devices; imports the framework."""
    return importlib.import_module(f"backends.{name}_driver").Driver(device)
