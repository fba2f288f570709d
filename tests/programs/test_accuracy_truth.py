"""The truth that ``benchmarks.accuracy`` measures by is held to the matrices of the golden data."""

from __future__ import annotations

from benchmarks.accuracy import truth


def test_truth_is_right_to_a_fifth_of_a_unit():
    assert truth.check() < 0.2
