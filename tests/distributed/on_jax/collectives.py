"""What a compiled program sends between devices, read from its text."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

OPERATION = re.compile(
    r"= (?P<result>.+?) (?P<kind>all-gather|all-reduce|collective-permute|all-to-all|"
    r"reduce-scatter|collective-broadcast)(?:-start)?\("
)
ARRAY = re.compile(r"(?P<dtype>[a-z]+)(?P<bits>\d+)\[(?P<shape>[\d,]*)\]")


class Collective(NamedTuple):
    """One operation: its kind, and the elements and bytes of its result on a device."""

    kind: str
    elements: int
    bytes: int


def collectives(text: str) -> list[Collective]:
    """Those of the text of a compiled program."""
    found = []
    for match in OPERATION.finditer(text):
        shapes = [
            (math.prod(int(size) for size in array["shape"].split(",") if size), int(array["bits"]))
            for array in ARRAY.finditer(match["result"])
        ]
        elements = sum(count for count, _ in shapes)
        found.append(
            Collective(match["kind"], elements, sum(count * bits // 8 for count, bits in shapes))
        )
    return found
