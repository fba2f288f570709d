"""The errors that docs/errors.md lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "errors.md"


@dataclass(frozen=True)
class Row:
    """One line of the table; the dots of its message stand for any text, ``axis`` also for dim."""

    argument: str
    error: str
    message: str
    backends: str

    def describes(self, error: BaseException) -> bool:
        """Whether it is this type and this message, from the first letter to the last."""
        parts = (
            re.escape(part).replace("axis", "(?:axis|dim)") for part in self.message.split("…")
        )
        text = re.fullmatch(".*".join(parts), str(error), re.DOTALL)
        return type(error).__name__ == self.error and text is not None


def rows(backend: str) -> list[Row]:
    """What one back end may raise."""
    return [row for row in _table() if row.backends == "all" or backend in row.backends.split(", ")]


def rows_for(kind: str) -> list[Row]:
    """What is raised for one kind of array alone, as the last column names it."""
    return [row for row in _table() if row.backends == kind]


def _table() -> list[Row]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"
    ]
    return [Row(*row) for row in cells[2:]]
