"""Golden data: rows of logits and cotangents, and the outputs that every back end must give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("golden.json")


def cases() -> list[dict[str, Any]]:
    """The committed cases; ``python -m tests.oracles.golden`` writes them."""
    return json.loads(PATH.read_text(encoding="utf-8"))["cases"]
