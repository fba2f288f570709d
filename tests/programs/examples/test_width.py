"""What the examples print fits 80 columns, with the longest names of the family and no name cut."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from examples.running import report
from examples.running.frameworks import FRAMEWORKS
from examples.running.run import Record, Run
from reinmax_multi import estimators

WIDTH = 80
COLUMNS = {
    "nats": ("train\n-ELBO", "test\n-ELBO", "KL"),
    "gradient": ("bias", "std", "cosine"),
    "polynomial": ("loss -\noptimum", "P(X = 1)"),
    "listops": ("test\naccuracy", "validation\naccuracy", "training\nloss"),
}
VALUES = {
    "nats": (140.62, 139.87, 8.0567),
    "gradient": (0.2545, 27.0, 0.97601),
    "polynomial": (0.0301893, 0.401186),
    "listops": (0.607, 0.613, 0.993),
}


def _records(values: tuple[float, ...]) -> list[Record]:
    """Three seeds in each framework, apart by parts in a thousand."""
    return [
        Record(
            run=Run(framework, name, 1.3, seed, 1, "8x4"),
            version="1.0",
            facts={},
            history={str(place): [value * (1 + seed * 1e-3)] for place, value in enumerate(values)},
            results={},
            steps=1000,
            seconds=[0.1],
        )
        for framework in FRAMEWORKS
        for name in estimators.__all__
        for seed in range(3)
    ]


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_table_of_the_whole_family_fits(kind: str) -> None:
    columns = {
        head: lambda record, place=str(place): record.last[place]
        for place, head in enumerate(COLUMNS[kind])
    }
    console = Console(file=io.StringIO(), width=WIDTH)
    console.print(report.table("title", _records(VALUES[kind]), columns))
    text = console.file.getvalue()
    names = [line.split()[0] for line in text.splitlines() if "torch" in line.split()]
    assert names == estimators.__all__
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= WIDTH
