"""Promise: ``python -m reinmax_multi compare`` prints a table and leaves a picture and records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import backends
from reinmax_multi import __main__ as command
from reinmax_multi.diagnosis.problems import Loss, problem

FAMILY = ("--estimator", "reinmax", "--estimator", "straight_through")
SMALL = ("--latents", "2", "--categories", "3", "--tau", "1")


def _run(sheet: backends.Sheet, folder: Path, loss: str, *more: str) -> dict[str, Any]:
    """The records that the command leaves, without their times; in this process."""
    options = ("--framework", sheet.name, "--loss", loss, "--out", str(folder))
    with pytest.raises(SystemExit) as exit_:
        command.main(["compare", *options, *SMALL, *FAMILY[:2], *more])
    assert not exit_.value.code
    content = json.loads((folder / f"{sheet.name}_{loss}.json").read_text(encoding="utf-8"))
    for record in content["records"]:
        assert record.pop("seconds") > 0
    return content


def test_the_command_prints_a_table_and_leaves_a_picture_and_records(
    sheet: backends.Sheet, tmp_path: Path
) -> None:
    options = ("--framework", sheet.name, "--loss", "quadratic", "--out", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "reinmax_multi", "compare", *options, *SMALL, *FAMILY],
        env=os.environ | {"COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    for words in (sheet.framework, *FAMILY[1::2], "2 latents with 3 categories", "2/2"):
        assert words in done.stdout
    names = {f"{sheet.name}_quadratic.json", f"{sheet.name}_quadratic.png"}
    assert {path.name for path in tmp_path.iterdir()} == names
    picture = (tmp_path / f"{sheet.name}_quadratic.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    reinmax, straight_through = json.loads(
        (tmp_path / f"{sheet.name}_quadratic.json").read_text(encoding="utf-8")
    )["records"]
    assert reinmax["relative_bias"] < 1e-5 < 1e-2 < straight_through["relative_bias"]


@pytest.mark.parametrize("loss", get_args(Loss))
def test_every_loss_is_what_it_says_and_the_seed_decides_it(
    sheet: backends.Sheet, driver: Any, loss: str
) -> None:
    """A polynomial of degree d has vanishing differences of order d + 1 along any line."""
    chosen = problem(loss, 2, 3, seed=0)
    function = chosen.loss(driver.namespace, lambda values: driver.asarray(values, "float64"))
    steps = np.arange(6.0)[:, None, None] * np.full((2, 3), 0.1)
    values = driver.to_numpy(function(driver.asarray(steps, "float64")))
    sizes = [np.abs(np.diff(values, order)).max() for order in range(1, 6)]
    degree = {"linear": 1, "quadratic": 2, "cubic": 3, "quartic": 4}.get(loss, 5)
    assert all(size > 1e-9 for size in sizes[:degree])
    assert all(size < 1e-12 for size in sizes[degree:])
    again, other = problem(loss, 2, 3, seed=0), problem(loss, 2, 3, seed=1)
    assert all(map(np.array_equal, chosen.constants, again.constants))
    assert not np.array_equal(chosen.constants[0], other.constants[0])


def test_the_same_seed_leaves_the_same_records(sheet: backends.Sheet, tmp_path: Path) -> None:
    first, second = (_run(sheet, tmp_path / folder, "vae", "--seed", "5") for folder in "ab")
    assert first == second
    assert first["records"] != _run(sheet, tmp_path, "vae", "--seed", "6")["records"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--estimator", "reinmin"), "--estimator must be one of .*reinmax, "),
        (("--tau", "-1", "--estimator", "reinmax"), "tau must be positive"),
    ],
    ids=["estimator", "tau"],
)
def test_a_bad_option_is_reported_without_a_traceback(
    sheet: backends.Sheet, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    framework = ("--framework", sheet.name, "--out", str(tmp_path / "none"))
    with pytest.raises(SystemExit, match=message):
        command.main(["compare", *framework, *options])
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("missing", "options", "remedy"),
    [
        ("typer", (), r"typer is not installed: .*'reinmax-multi\[diagnose\]'"),
        ("sklearn", ("--loss", "vae"), r"sklearn is not installed: .*install scikit-learn"),
        ("reinmax_multi.{}._evaluator", (), r"is not installed: .*'reinmax-multi\[{}\]'"),
    ],
    ids=["extra", "scikit-learn", "framework"],
)
def test_what_is_missing_is_reported_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch,
    sheet: backends.Sheet,
    missing: str,
    options: tuple[str, ...],
    remedy: str,
) -> None:
    monkeypatch.setitem(sys.modules, missing.format(sheet.name), None)
    with pytest.raises(SystemExit, match=remedy.format(sheet.name)):
        command.main(["compare", "--framework", sheet.name, *options])
