"""XLA's optimised programs, which JAX and TensorFlow both show as text."""

from __future__ import annotations

import re

FREE = {"parameter", "constant", "tuple", "get-tuple-element", "bitcast"}
_OPCODE = re.compile(r"^\s+(?:ROOT )?\S+ = .*?([a-z][a-z0-9-]*)\(")


def executed(text: str) -> int:
    """The instructions that run one after the other: those of ENTRY that do some work."""
    entry = text[text.index("\nENTRY ") :].split("\n}", 1)[0].splitlines()[2:]
    opcodes = [match[1] for line in entry if (match := _OPCODE.match(line))]
    return sum(opcode not in FREE for opcode in opcodes)
