"""The programs run in the framework under test, leave what the report reads, and it is right."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from benchmarks import report
from benchmarks.common import rows
from benchmarks.common.contract import (
    BERNOULLI,
    JACOBIANS,
    LOGISTIC,
    LOSS_ONLY,
    SURROGATE,
    TWO_CATEGORIES,
    load,
    our_name,
)
from benchmarks.common.rounds import interleave
from benchmarks.family import tables as family_tables
from benchmarks.family.cases import NUM_SAMPLES, OURS, REFERENCE, SETTINGS
from benchmarks.speed import busy, samples, tables

# One process for all of them, for the sake of the time that a framework takes to be imported.
RUN = """
import sys
from pathlib import Path
from benchmarks.family import __main__ as family, peak
from benchmarks.speed import __main__ as speed, busy, growth, memory, overhead, samples

framework, mode, out = *sys.argv[1:3], Path(sys.argv[3])
speed.main(framework, mode=[mode], dtype=["float32"], shapes="6x3", seconds=0.01, out=out)
growth.main(framework, mode=[mode], shapes="128x32", seconds=0.01, out=out)
overhead.main(framework, mode=[mode], out=out)
busy.main(framework, mode=[mode], shapes="6x3", seconds=0.01, out=out)
samples.main(
    framework, mode=[mode], shapes="6x3", variables="5x4", samples=3, seconds=0.01, out=out
)
memory.main(framework, mode=[mode], shapes="4096x4096", candidate=[sys.argv[4]], out=out)
random = ["reinmax_rao"]
family.main(framework, mode=[mode], estimator=random, shapes="6x3", seconds=0.01, out=out)
peak.main(framework, mode=[mode], estimator=random, shapes="3000x64", out=out)
"""


@pytest.fixture(scope="module")
def out(sheet, tmp_path_factory):
    """What the programs and the report leave."""
    folder = tmp_path_factory.mktemp("results")
    arguments = (sheet.name, rows.MODES[sheet.name][0], str(folder), our_name(1.0))
    command = [sys.executable, "-c", RUN, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    report.main(folder)
    return folder


def _rows(out: Path, program: str, framework: str) -> list[dict]:
    return json.loads((out / f"{program}_{framework}_cpu.json").read_text())["rows"]


def test_speed_times_ours_and_peers(out, sheet):
    (row,) = _rows(out, "speed", sheet.name)
    ours = {our_name(tau) for tau in rows.TAUS}
    assert ours | {LOSS_ONLY} < set(row["milliseconds"])
    assert not ours & set(row["failures"])
    assert tables.fastest_peer(row) is not None
    for timing in row["milliseconds"].values():
        assert 0 < timing["lower"] <= timing["median"] <= timing["upper"]


def test_busy_times_the_same_twice(out, sheet):
    (row,) = _rows(out, "busy", sheet.name)
    assert set(row["quiet"]["milliseconds"]) == set(row["busy"]["milliseconds"])


def test_samples_times_one_call_and_what_it_replaces(out, sheet):
    several, binary = _rows(out, "samples", sheet.name)
    assert set(several["milliseconds"]) == {samples.SAMPLE_SHAPE, samples.EXPANDED, LOSS_ONLY}
    assert set(binary["milliseconds"]) == {BERNOULLI, TWO_CATEGORIES, LOGISTIC, LOSS_ONLY}


def test_the_load_of_busy_ends_with_it():
    with busy.busy_core() as load:
        assert load.poll() is None
    assert load.returncode is not None


def test_unknown_mode_is_refused(sheet):
    with pytest.raises(typer.BadParameter, match="has no mode fast"):
        rows.chosen(sheet.name, ["fast"])


def test_overhead_counts_operations_of_ours(out, sheet):
    counted = {row["name"]: row for row in _rows(out, "overhead", sheet.name)}
    for tau in rows.TAUS:
        assert counted[our_name(tau)]["both"] > 1
    assert counted[our_name(1.5)]["both"] > counted[our_name(1.0)]["both"]


def test_memory_sees_at_least_the_gradient_and_y_soft(out, sheet):
    (row,) = _rows(out, "memory", sheet.name)
    assert "failure" not in row
    assert 2 <= round(row["peak"], 1) < 9


@pytest.fixture
def formulations(sheet):
    """The names of the formulations of ReinMax-Rao, which one framework has."""
    name = "reinmax_rao"
    found = set(load(sheet.name, "cpu").formulations(name, 1.0, SETTINGS[name]))
    assert found == ({SURROGATE, JACOBIANS} if sheet.name == "torch" else set())
    return found


def test_family_times_ours_and_formulations(out, sheet, formulations):
    for row, tau in zip(_rows(out, "family", sheet.name), (1.0, 0.5), strict=True):
        assert (row["estimator"], row["tau"], row["failures"]) == ("reinmax_rao", tau, {})
        assert set(row["milliseconds"]) == {OURS, REFERENCE} | formulations


def test_family_peak_sees_the_array_of_a_formulation(out, sheet, formulations):
    """A formulation keeps num_samples numbers for each logit, ours does not."""
    (row,) = _rows(out, "peak", sheet.name)
    array = 4 * NUM_SAMPLES * 3000 * 64 / 2**20
    assert row["failures"] == {}
    assert set(row["peak_mib"]) == {OURS, REFERENCE} | formulations
    assert row["peak_mib"][OURS] < array / 2
    assert all(row["peak_mib"][name] > array for name in formulations)


def test_report_has_every_table_and_picture(out, sheet):
    text = (out / "README.md").read_text()
    for heading in ("Speed", "Growth", "Memory", "Overhead", "The family"):
        assert f"## {heading}" in text
    lines = [line for line in text.splitlines() if line.startswith(f"| {sheet.name} | ")]
    assert len(lines) > len(rows.TAUS)
    for name in ("speed.png", "growth.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")


def test_table_compares_medians():
    """By hand: 7 passes over 10^6 float32 in 2 ms are 14 GB/s, of 56 GB/s a quarter."""
    times = {our_name(1.0): 2.0, our_name(1.5): 6.0, "PyPI reinmax": 16.0, "other": 10.0}
    timings = {
        name: {"lower": median, "median": median, "upper": median}
        for name, median in {**times, LOSS_ONLY: 0.5}.items()
    }
    row = {"mode": "eager", "dtype": "float32", "shape": [10000, 100], "failures": {}}
    row |= {"milliseconds": timings, "omissions": {}, "copy_bytes_per_second": 56e9}
    first, second = tables.speed([{"about": {"framework": "torch"}, "rows": [row]}]).split("\n")[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in (first, second)]
    assert [line[7:] for line in cells] == [
        ["other", "10", "0.20", "0.12", "25%"],
        ["other", "10", "0.60", "0.38", "8%"],
    ]


def test_family_table_compares_with_each_formulation():
    """By hand: 4 ms of 10 and of 5 ms, in units of 0.5 ms."""
    times = {OURS: 4.0, SURROGATE: 10.0, JACOBIANS: 5.0, REFERENCE: 0.5}
    row = {"mode": "eager", "estimator": "reinmax_rao", "tau": 0.5, "shape": [10, 3]}
    row["milliseconds"] = {name: {"median": median} for name, median in times.items()}
    result = {"about": {"framework": "torch"}, "rows": [row]}
    *_, line = family_tables.time([result]).split("\n")
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["torch", "eager", "reinmax_rao", "0.5", "4", "8.0", "0.40", "0.80"]
    for name in (SURROGATE, JACOBIANS):  # a framework without formulations
        del row["milliseconds"][name]
    assert family_tables.time([result]).endswith("| 4 | 8.0 |  |  |")


def test_rounds_call_fast_steps_several_times():
    calls = []
    timings = interleave({"fast": lambda: calls.append(1), "slow": lambda: [0] * 10**6}, 0.05)
    fast, slow = timings["fast"], timings["slow"]
    assert fast.calls > slow.calls
    assert fast.rounds == slow.rounds >= 5
    assert len(calls) >= fast.rounds * fast.calls
    assert 0 < fast.lower <= fast.median <= fast.upper < slow.lower
