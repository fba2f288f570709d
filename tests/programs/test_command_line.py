"""``python -m reinmax_multi`` names its version and its command, whatever is installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

import reinmax_multi
from reinmax_multi import __main__ as command


def test_the_help_names_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reinmax_multi"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert "compare" in done.stdout
    assert "--version" in done.stdout


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        command.main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"reinmax_multi {reinmax_multi.__version__}\n"


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        command.main(["contrast"])
    assert exit_.value.code == 2
    assert "invalid choice: 'contrast'" in capsys.readouterr().err
