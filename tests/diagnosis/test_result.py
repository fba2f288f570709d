"""Promise: a diagnosis is plain data, a table, a picture and JSON; what is missing is said."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from reinmax_multi.diagnosis import Diagnosis
from reinmax_multi.diagnosis._record import break_even

from .losses import Polynomial


@pytest.fixture(scope="module")
def result(driver: Any) -> Diagnosis:
    family = driver.package.reinmax, driver.package.straight_through
    return Polynomial(driver, 2).diagnose(*family, taus=[0.5, 1.0])


@pytest.fixture(scope="module")
def drawn(driver: Any) -> Diagnosis:
    problem = Polynomial(driver, 3)
    return problem.diagnose(driver.package.reinmax, taus=[1.0], max_configurations=0)


def printed(result: Diagnosis) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(result.table())
    return console.file.getvalue()


def test_the_table_has_a_row_for_each_record_and_says_what_was_left_out(result, sheet):
    text = printed(result)
    assert sheet.framework in text
    for record in result.records:
        (row,) = (
            line
            for line in text.splitlines()
            if [record["estimator"], f"{record['tau']:g}"] == line.replace("│", " ").split()[:2]
        )
        assert f"{record['relative_std']:.3g}" in row
    assert "left out: tau must be at least 1.0 for reinmax, got 0.5" in text
    assert "enumeration of 9 configurations" in text
    assert "standard error" not in text


def test_the_table_shows_errors_where_there_are_any(drawn):
    text = printed(drawn)
    assert "in brackets: the standard error" in text
    assert "its relative standard error: 0.0" in text
    (record,) = drawn.records
    digits = next(d for d in range(9) if record["relative_std_error"] * 10**d >= 1)
    assert f"{record['relative_std']:.{digits}f}(" in text


def test_the_picture_shows_each_record_once(result, tmp_path):
    figure = result.plot()
    (axes,) = figure.axes
    points = [
        (float(x), float(y)) for bars in axes.containers for x, y in bars.lines[0].get_xydata()
    ]
    assert points == [(r["relative_bias"], r["relative_std"]) for r in result.records]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "reinmax",
        "straight_through",
    ]
    left, right = axes.get_xlim()
    assert all(left <= x <= right for x, _ in points)
    figure.savefig(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_json_holds_all_of_it(result):
    facts = json.loads(result.to_json())
    assert facts["records"] == [dict(record) for record in result.records]
    assert facts["gradient"] == result.gradient.tolist()
    assert facts["framework"] == result.framework
    assert facts["refused"] == result.refused


def test_json_has_null_for_what_is_not_a_number(result):
    record = {**result.records[0], "cosine": float("nan")}
    text = replace(result, records=(record,)).to_json()
    assert json.loads(text)["records"][0]["cosine"] is None


@pytest.mark.parametrize("library", ["rich", "matplotlib"])
def test_a_missing_library_is_reported_with_its_extra(monkeypatch, result, library):
    monkeypatch.setitem(sys.modules, library, None)
    show = result.table if library == "rich" else result.plot
    message = rf"{library} is not installed: python -m pip install 'reinmax-multi\[diagnose\]'"
    with pytest.raises(ModuleNotFoundError, match=message):
        show()


def of_two(bias: float, std: float, other_bias: float, other_std: float) -> Any:
    """A record with the bias and the spread of each."""
    record = {"estimator": "one", "tau": 1.0, "relative_bias": bias, "relative_std": std}
    other = {"estimator": "other", "relative_bias": other_bias, "relative_std": other_std}
    return record, record | other


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0.0, 5.0, 0.5, 3.0), 64.0),  # 25 / n = 1 / 4 + 9 / n
        ((0.5, 3.0, 0.0, 5.0), float("inf")),
        ((0.1, 1.0, 0.2, 2.0), 1.0),
    ],
)
def test_the_samples_that_a_smaller_bias_needs_to_pay(numbers, expected):
    assert break_even(*of_two(*numbers)) == pytest.approx(expected)


def test_the_best_of_few_samples_need_not_be_that_of_many(result):
    records = of_two(0.0, 5.0, 0.5, 3.0)
    some = replace(result, records=tuple({**result.records[0], **each} for each in records))
    assert some.best()["estimator"] == some.best(63)["estimator"] == "other"
    assert some.best(65)["estimator"] == "one"
    assert "least MSE of a mean of 64 or more: one at tau = 1" in printed(some)
    with pytest.raises(ValueError, match="samples must be at least 1, got 0: count"):
        some.best(0)
