"""The Python code blocks of a Markdown page, and the back end that each needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import backends

FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One code block; ``backend`` is None where it needs no framework."""

    line: int
    code: str
    backend: str | None


def blocks(page: Path) -> list[Block]:
    """All Python blocks of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, match.start(1)), match[1], _backend(match[1]))
        for match in FENCE.finditer(text)
    ]


def _backend(code: str) -> str | None:
    named = [name for name in backends.NAMES if f"reinmax_multi.{name}" in code]
    if len(named) > 1:
        raise ValueError(f"a code block may use one back end only, this one uses {named}:\n{code}")
    return named[0] if named else None
