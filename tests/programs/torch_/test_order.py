"""``python -m examples.order`` measures the orders that theory gives, and draws them."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.order import __main__ as command
from examples.order import measure
from reinmax_multi import estimators


def test_the_orders_are_those_of_theory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "TAUS", (0.5, 2.0))
    command.main(num_samples=64, out=tmp_path / "order.png")
    printed = capsys.readouterr().out
    assert (tmp_path / "order.png").read_bytes().startswith(b"\x89PNG")
    rows = [line.replace("│", " ").split() for line in printed.splitlines()]
    slopes = {row[0]: float(row[1]) for row in rows if row and row[0] in estimators.__all__}
    assert set(slopes) == set(estimators.__all__)
    assert slopes["straight_through"] == pytest.approx(1.0, abs=0.1)
    assert slopes["reinmax"] == pytest.approx(2.0, abs=0.1)
