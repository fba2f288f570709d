"""Every excuse points to a mutant, and a tuning constant is not mutated."""

from __future__ import annotations

from pathlib import Path

import pytest

import reinmax_multi
from tests.quality.mutation import excuses
from tests.quality.mutation.excuses import Excuses
from tests.quality.mutation.mutants import mutants

SOURCE = """
CHUNK = 8

def longest():
    return 2

def pieces(size):
    if size > CHUNK:
        return size // CHUNK
    return 1
"""
FILE = "package/file.py"


def texts(*constants):
    return {mutant.text for mutant in mutants(SOURCE, constants)}


def test_every_excuse_points_to_something():
    assert excuses.wrong(excuses.read(), Path(reinmax_multi.__file__).parent) == []


def test_neither_a_constant_nor_a_comparison_with_it_is_mutated():
    spared = {
        "CHUNK = 8  ->  CHUNK = 9",
        "if size > CHUNK:  ->  if size >= CHUNK:",
    }
    assert spared <= texts()
    assert texts("CHUNK") == texts() - spared
    assert texts("longest") == texts() - {"return 2  ->  return 3"}
    assert "return size // CHUNK  ->  return size * CHUNK" in texts("CHUNK")


@pytest.mark.parametrize(
    ("constant", "file", "mutant", "line"),
    [
        ("BLOCK", FILE, "return 1  ->  return 2", "constant BLOCK: no mutated file defines it"),
        ("CHUNK", "package/gone.py", "x  ->  y", "package/gone.py: no such file is mutated"),
        ("longest", FILE, "return 2  ->  return 3", "package/file.py: no such mutant"),
    ],
    ids=["constant", "file", "mutant"],
)
def test_an_excuse_for_nothing_is_named(constant, file, mutant, line):
    known = Excuses(frozenset({constant}), frozenset({(file, mutant)}))
    (found,) = known.pointless({FILE: SOURCE})
    assert found.startswith(line)


def test_an_excuse_covers_its_mutant():
    (mutant,) = (m for m in mutants(SOURCE) if m.text == "return 1  ->  return 2")
    known = Excuses(frozenset(), frozenset({(FILE, mutant.text)}))
    assert known.pointless({FILE: SOURCE}) == []
    assert known.cover(FILE, mutant)
    assert not known.cover("package/other.py", mutant)
