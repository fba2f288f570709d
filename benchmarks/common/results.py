"""The result files: one for each program, framework and device, in JSON; runs add to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

FOLDER = Path(__file__).parents[1] / "results"

Result: TypeAlias = dict[str, Any]
"""What one file holds: ``about``, a description of the machine, and ``rows``."""


def add(
    path: Path, about: dict[str, Any], rows: Sequence[dict[str, Any]], keys: Sequence[str]
) -> None:
    """Write rows into a file, in place of rows that have the same values of ``keys``.

    Rows that another machine or other versions left are dropped, since a file has one description.
    """
    old = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = old["rows"] if old.get("about") == about else []
    merged = {tuple(str(row[key]) for key in keys): row for row in [*kept, *rows]}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"about": about, "rows": list(merged.values())}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read(folder: Path, program: str) -> list[Result]:
    """What a program wrote, one content a file."""
    files = sorted(folder.glob(f"{program}_*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]
