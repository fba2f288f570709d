"""``python -m reinmax_multi`` tells what it found and how to go on, whatever is installed."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import reinmax_multi
from reinmax_multi import __main__ as command

MODULES = {"PyTorch": "torch", "JAX": "jax", "TensorFlow": "tensorflow"}
ADAPTERS = {"PyTorch": "torch", "JAX": "jax", "TensorFlow": "tf"}


def _told(**variables: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "reinmax_multi"],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout.splitlines()


def _install(title: str) -> str:
    return f"python -m pip install 'reinmax-multi[{ADAPTERS[title]}]'"


def test_tells_versions_and_each_framework() -> None:
    lines = _told()
    words = [line.split() for line in lines]
    assert ["reinmax_multi", reinmax_multi.__version__] in words
    assert ["array-api-compat", version("array-api-compat")] in words
    assert ["numpy", version("numpy")] in words
    assert "python -m nox -s demo" in lines[-1]
    for title, module in MODULES.items():
        (at,) = (number for number, line in enumerate(lines) if line.startswith(title))
        finding, remedy = lines[at].removeprefix(title).strip(), lines[at + 1].strip()
        if importlib.util.find_spec(module) is None:
            assert (finding, remedy) == ("not found", _install(title))
        else:
            found, _, devices = finding.partition(" on ")
            assert re.fullmatch(r"\d+\.\d+\.\d+\S*", found)
            assert "cpu" in devices.lower()
            subprocess.run([sys.executable, "-c", remedy], check=True)


def test_missing_framework_is_told_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    command.main([])
    told = capsys.readouterr().out
    for title in MODULES:
        assert re.search(rf"{title} +not found\n +{re.escape(_install(title))}\n", told)


@pytest.mark.parametrize(
    ("program", "complaint"),
    [
        ("raise ImportError('no driver')", "broken: ImportError: no driver"),
        ("import os; os._exit(7)", "broken: exit status 7"),
    ],
    ids=["raises", "crashes"],
)
def test_broken_framework_is_told(tmp_path: Path, program: str, complaint: str) -> None:
    for module in MODULES.values():
        (tmp_path / f"{module}.py").write_text(program)
    words = [" ".join(line.split()) for line in _told(PYTHONPATH=str(tmp_path))]
    for title in MODULES:
        assert words[words.index(f"{title} {complaint}") + 1] == _install(title)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        command.main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"reinmax_multi {reinmax_multi.__version__}\n"
