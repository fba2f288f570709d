"""The code blocks of a Markdown page, Python and diffs of it, and the back end that each needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import backends

FENCE = re.compile(r"^```(python|diff)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One code block; ``backend`` is None where it needs no framework.

    A diff has two programs: ``code``, of the lines marked +, and ``replaced``, of those marked -.
    """

    line: int
    code: str
    backend: str | None
    replaced: str | None = None


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        line, body = text.count("\n", 0, match.start(2)), match[2]
        programs = (_side(body, "+"), _side(body, "-")) if match[1] == "diff" else (body, None)
        found.append(Block(line, programs[0], _backend(body), programs[1]))
    return found


def _side(diff: str, sign: str) -> str:
    """One of the two programs, its lines where they are in the diff."""
    lines = diff.splitlines()
    return "\n".join(line[2:] if line[:2] in (f"{sign} ", "  ") else "" for line in lines)


def _backend(code: str) -> str | None:
    named = [name for name in backends.NAMES if f"reinmax_multi.{name}" in code]
    if len(named) > 1:
        raise ValueError(f"a code block may use one back end only, this one uses {named}:\n{code}")
    return named[0] if named else None
