"""How each framework is installed and driven; nox, the tests and the benchmarks read it.

``<name>.toml`` is the sheet of a back end: versions, devices, dtypes, tolerances, known failures.
``<name>_driver.py`` is its driver: what a test needs of the framework beyond the package itself.
README.md says how to add one. None of this is in the wheel.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
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
    """A promise that the framework itself breaks; strict, so that its repair is noticed.

    ``since`` has the first version of a package in which it does, where earlier ones do not.
    """

    test: str
    reason: str
    url: str
    where: dict[str, str | bool]
    since: dict[str, str] = field(default_factory=dict)

    @property
    def is_due(self) -> bool:
        """Whether the installed versions break it."""
        from packaging.version import Version  # pytest brings it; who reads a sheet needs it not

        return all(
            Version(version(package)) >= Version(first) for package, first in self.since.items()
        )

    def fits(self, parameters: Mapping[str, Any]) -> bool:
        """Whether a test has every parameter of ``where``."""
        return all(str(parameters.get(name)) == str(value) for name, value in self.where.items())


@dataclass(frozen=True)
class Sheet:
    """The facts of a back end.

    ``modes`` maps each way to run a function, as the driver knows them, to the dtypes it takes.
    A few cases run in ``slow_modes``, all cases elsewhere; ``reverse_only`` are the modes
    without a forward derivative; in ``same_draws`` a seed draws what it draws in eager mode. The
    packages in ``held`` stay at their newest version of the sheet when all others are the latest.
    A mode in ``only_on`` is for one device, and ``environment`` has, for a device, the variables
    that must be set before the framework is imported.
    """

    name: str
    framework: str
    module: str
    extra: str
    newest: tuple[str, ...]
    oldest: tuple[str, ...]
    devices: tuple[str, ...]
    modes: dict[str, tuple[str, ...]]
    tolerance: dict[str, float]
    slow_modes: tuple[str, ...] = ()
    reverse_only: tuple[str, ...] = ()
    same_draws: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    only_on: dict[str, str] = field(default_factory=dict)
    environment: dict[str, dict[str, str]] = field(default_factory=dict)
    upstream_warnings: tuple[str, ...] = ()
    upstream_logs: tuple[str, ...] = ()
    expected_failures: tuple[ExpectedFailure, ...] = ()

    @property
    def dtypes(self) -> tuple[str, ...]:
        """All dtypes of the back end."""
        return self.modes["eager"]

    def on(self, device: str) -> Sheet:
        """The sheet without the modes that are for another device."""
        modes = {
            mode: dtypes
            for mode, dtypes in self.modes.items()
            if self.only_on.get(mode, device) == device
        }
        same_draws = tuple(mode for mode in self.same_draws if mode in modes)
        return replace(self, modes=modes, same_draws=same_draws)


def sheet(name: str) -> Sheet:
    """The sheet of one back end."""
    facts = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    failures = tuple(ExpectedFailure(**failure) for failure in facts.pop("xfail", []))
    modes = {mode: tuple(dtypes) for mode, dtypes in facts.pop("modes").items()}
    lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
    known = {"name": name, "modes": modes, "expected_failures": failures}
    return Sheet(**{**facts, **lists, **known})


def driver(name: str, device: str) -> Any:
    """The driver of one back end, on one of its devices; imports the framework."""
    os.environ.update(sheet(name).environment.get(device, {}))
    return importlib.import_module(f"backends.{name}_driver").Driver(device)
