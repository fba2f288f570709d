"""The truth that ``benchmarks/accuracy.py`` measures by is held to the golden data's matrices."""

from __future__ import annotations

from benchmarks import accuracy_truth


def test_truth_is_right_to_a_fifth_of_a_unit():
    assert accuracy_truth.check() < 0.2
