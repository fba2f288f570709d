"""The mutants that do not count, from ``equivalent.toml``; one that points to nothing is an error.

Tuning constants, and functions that return one, are listed by name: neither their values nor a
comparison with one is mutated. Any other mutant that changes nothing is listed with its file, its
text and the reason.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import backends
from tests.quality.mutation import targets
from tests.quality.mutation.mutants import Mutant, defined, mutants

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EQUIVALENT = Path(__file__).parent / "equivalent.toml"


@dataclass(frozen=True)
class Excuses:
    """The names of the constants, and pairs of a file and the text of a mutant."""

    constants: frozenset[str]
    equivalent: frozenset[tuple[str, str]]

    def cover(self, file: str, mutant: Mutant) -> bool:
        """Whether a mutant of a file is known to change nothing."""
        return (file, mutant.text) in self.equivalent

    def pointless(self, sources: Mapping[str, str]) -> list[str]:
        """A line for each excuse that nothing needs; ``sources`` are the mutated files by name."""
        names = {name for source in sources.values() for name in defined(source)}
        lines = [
            f"constant {name}: no mutated file defines it"
            for name in sorted(self.constants - names)
        ]
        planted = {
            file: {mutant.text for mutant in mutants(source, self.constants)}
            for file, source in sources.items()
            if any(file == excused for excused, _ in self.equivalent)
        }
        for file, text in sorted(self.equivalent):
            if file not in sources:
                lines.append(f"{file}: no such file is mutated; its excuse is for  {text}")
            elif text not in planted[file]:
                lines.append(f"{file}: no such mutant:  {text}")
        return lines


def wrong(excuses: Excuses, package: Path) -> list[str]:
    """A line for each name here or in ``targets.py`` that points to nothing in the package."""
    paths = {path for backend in backends.NAMES for path in targets.files(package, backend)}
    sources = {
        path.relative_to(package.parent).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
    }
    missing = targets.missing(package)
    lines = [f"targets.py: no file of the package is called {name}" for name in missing]
    return lines + [f"{EQUIVALENT.name}: {line}" for line in excuses.pointless(sources)]


def read(path: Path = EQUIVALENT) -> Excuses:
    """The excuses of a file."""
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    equivalent = {(entry["file"], entry["mutant"]) for entry in facts["equivalent"]}
    return Excuses(frozenset(facts["constants"]["names"]), frozenset(equivalent))
