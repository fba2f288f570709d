"""Every example that a reader may copy runs: the README's blocks and the public docstrings."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import backends
import reinmax_multi
from tests.documentation.blocks import blocks

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_shows_every_framework():
    shown = {block.backend for block in blocks(README)}
    assert shown >= {name for name in backends.NAMES if backends.sheet(name).extra}


def test_the_readme_blocks_of_this_back_end_run_in_order(request):
    backend = request.config.getoption("--backend")
    namespace: dict[str, object] = {}
    ran = 0
    for block in blocks(README):
        if block.backend in (None, backend):
            code = compile("\n" * block.line + block.code, str(README), "exec")
            exec(code, namespace)
            ran += 1
    assert ran


@pytest.mark.parametrize("estimator", reinmax_multi.estimators.__all__)
def test_the_docstring_of_a_bound_estimator_runs(request, estimator):
    backend = request.config.getoption("--backend")
    function = getattr(importlib.import_module(f"reinmax_multi.{backend}"), estimator)
    _run_doctest(function.__doc__, f"{backend}.{estimator}")


def test_the_docstring_of_the_record_runs():
    _run_doctest(reinmax_multi.Estimator.__doc__, "Estimator")


def _run_doctest(text: str, name: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    assert test.examples, f"{name} shows no example"
    result = doctest.DocTestRunner().run(test)
    assert result.failed == 0
