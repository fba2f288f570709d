"""Tables of examples and diagnoses fit 80 columns, with the longest names and none of them cut."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from benchmarks.common import results
from examples.running import report
from examples.running.frameworks import FRAMEWORKS
from examples.running.run import Record, Run
from reinmax_multi import estimators
from reinmax_multi.diagnosis import Diagnosis

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


@pytest.mark.parametrize("loss", ["quadratic", "single"])
def test_a_table_of_a_diagnosis_of_the_whole_family_fits(loss: str) -> None:
    text = (results.FOLDER / "estimators.json").read_text(encoding="utf-8")
    records = json.loads(text)["losses"][loss]["records"]
    timed = tuple({**record, "seconds": 12e-6} for record in records)
    refused = {"zgr, tau=0.5": "tau must be at least 1.0 for minimum_variance, got 0.5: leave it"}
    result = Diagnosis("JAX 0.10.2", "enumeration", None, 0.0, 1024, 0, timed, refused)
    console = Console(file=io.StringIO(), width=WIDTH)
    console.print(result.table())
    lines = console.file.getvalue().splitlines()
    assert [line.split()[0] for line in lines[3 : 3 + len(timed)]] == [
        record["estimator"] for record in timed
    ]
    assert max(map(len, lines)) <= WIDTH
    assert any(line.startswith("left out: tau must be at least 1.0") for line in lines)
