"""The tables in README.md and docs/ that are made from the results.

A page has a place for each, ``<!-- name -->`` to ``<!-- /name -->``; ``python -m benchmarks.pages``
fills them, and a test holds them to the results. ``estimators.py`` has the tables of the
estimators, ``promises.py`` those of exactness and speed, ``meshes.py`` that of spread logits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from . import estimators, meshes, promises

ROOT = Path(__file__).parents[2]
TABLES: dict[str, Callable[[], str]] = {
    "few": estimators.few,
    "bias": estimators.bias,
    "enough": estimators.enough,
    "lengths": estimators.lengths,
    "trained": estimators.trained,
    "sources": estimators.sources,
    "draw": promises.draw,
    "agreement": promises.agreement,
    "accuracy": promises.accuracy,
    "speed": promises.speed,
    "spread": meshes.spread,
}


def pages() -> list[Path]:
    """Where tables may be."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def filled(text: str) -> str:
    """The text of a page with its tables as the results have them."""
    for name, table in TABLES.items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if place.search(text):
            text = place.sub(lambda match, table=table: f"{match[1]}{table()}\n{match[2]}", text)
    return text
