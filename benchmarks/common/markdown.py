"""Tables in Markdown, and the figures in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """The lines below the titles of their columns."""
    texts = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(text)} |" for text in texts)


def number(milliseconds: float) -> str:
    """Three digits."""
    return f"{milliseconds:.3g}"


def ratio(share: float | None) -> str:
    """Two decimals."""
    return "" if share is None else f"{share:.2f}"
