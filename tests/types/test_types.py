"""Promise: type checkers and editors see the real signatures and docstrings of the functions.

Runs mypy, so it has a session of its own, with PyTorch and JAX.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import reinmax_multi
from reinmax_multi import estimators

PACKAGE = Path(reinmax_multi.__file__).parent
ADAPTERS = ("numpy", "torch", "jax", "tf")

RIGHT = """
import torch
import jax
import reinmax_multi.torch as of_torch
import reinmax_multi.jax as of_jax
from reinmax_multi import Estimator, Parameter, Sample

hard: torch.Tensor
hard, soft = of_torch.gumbel_rao(torch.zeros(3), 0.5, num_samples=5, dim=0)
hard, soft = of_torch.reinmax(torch.zeros(3), 1.0, True, generator=torch.Generator())
sample: Sample = of_jax.reinmax(jax.numpy.zeros(3), key=jax.random.key(0), axis=-1)
mine = Estimator("mine", lambda xp, residuals, vector, tau, gap: vector,
                 parameters=(Parameter("gap", 1.0, ""),))
of_torch.bind(mine)(torch.zeros(3), gap=2.0)
of_torch.diagnose(lambda samples: samples.sum((-1, -2)), torch.zeros(2, 3), taus=[1.0])
"""
WRONG = {
    "a misspelt hyper-parameter": "of_torch.gumbel_rao(torch.zeros(3), num_sample=5)",
    "a hyper-parameter of another estimator": "of_torch.reinmax(torch.zeros(3), num_samples=5)",
    "another framework's argument": "of_jax.reinmax(jax.numpy.zeros(3), dim=0)",
    "another framework's array": "of_torch.reinmax(jax.numpy.zeros(3))",
    "hard in JAX": "of_jax.reinmax(jax.numpy.zeros(3), 1.0, True)",
    "a misspelt argument of diagnose": "of_torch.diagnose(len, torch.zeros(2, 3), tau=[1.0])",
    "a name that is not there": "of_torch.reinmin",
}


def complaints(program: str, folder: Path) -> list[str]:
    """What mypy says of a program."""
    file = folder / "program.py"
    file.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(file)],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert not done.stderr
    return done.stdout.splitlines()


def test_mypy_accepts_right_calls(tmp_path: Path) -> None:
    assert complaints(RIGHT, tmp_path) == []


def test_mypy_refuses_each_wrong_call(tmp_path: Path) -> None:
    found = complaints(RIGHT + "\n".join(WRONG.values()), tmp_path)
    first = RIGHT.count("\n") + 1
    lines = {int(line.split(":")[1]) for line in found if "error:" in line}
    assert lines == set(range(first, first + len(WRONG)))


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_editor_finds_the_docstring_of_every_function(adapter: str) -> None:
    stub = ast.parse((PACKAGE / adapter / "__init__.pyi").read_text(encoding="utf-8"))
    documented = {
        node.name: ast.get_docstring(node)
        for node in stub.body
        if isinstance(node, ast.FunctionDef)
    }
    assert {*estimators.__all__, "bind"} <= set(documented)
    for name in estimators.__all__:
        summary = getattr(estimators, name).summary.splitlines()[0]
        assert str(documented[name]).startswith(summary)
