"""What a compiled program of XLA sends between devices, read from its text."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

OPERATION = re.compile(
    r"= (?P<result>.+?) (?P<kind>all-gather|all-reduce|collective-permute|all-to-all|"
    r"reduce-scatter|collective-broadcast)(?:-start)?\((?P<rest>.*)"
)
ARRAY = re.compile(r"[a-z]+(?P<bits>\d+)\[(?P<shape>[\d,]*)\]")
PAIRS = re.compile(r"source_target_pairs=\{(?P<pairs>[{}\d,]*)\}")


class Collective(NamedTuple):
    """One operation: its kind, and the elements and bytes of its result on a device.

    ``pairs`` are the sends of a permutation, and None for what all devices take part in.
    """

    kind: str
    elements: int
    bytes: int
    pairs: int | None = None

    def wire(self, devices: int) -> int:
        """The bytes that all devices together receive, sent around a ring."""
        if self.pairs is not None:
            return self.pairs * self.bytes
        rounds = {"all-reduce": 2, "reduce-scatter": devices}.get(self.kind, 1)
        return rounds * (devices - 1) * self.bytes


def collectives(text: str) -> list[Collective]:
    """Those of the text of a compiled program."""
    found = []
    for match in OPERATION.finditer(text):
        shapes = [
            (math.prod(int(size) for size in array["shape"].split(",") if size), int(array["bits"]))
            for array in ARRAY.finditer(match["result"])
        ]
        pairs = PAIRS.search(match["rest"])
        found.append(
            Collective(
                match["kind"],
                sum(count for count, _ in shapes),
                sum(count * bits // 8 for count, bits in shapes),
                pairs["pairs"].count("{") if pairs else None,
            )
        )
    return found
