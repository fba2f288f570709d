"""Every example that a reader may copy runs: the README's blocks and the public docstrings."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import backends
import reinmax_multi
from benchmarks.pages import filled
from tests.quality.documentation.blocks import blocks

ROOT = Path(__file__).parents[3]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]


def test_the_readme_shows_every_framework():
    shown = {block.backend for block in blocks(README)}
    assert shown >= {name for name in backends.NAMES if backends.sheet(name).extra}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_for_this_back_end_run_in_order(request, page):
    """Of a diff both programs, which make the same kind of sample."""
    backend = request.config.getoption("--backend")
    namespace: dict[str, object] = {}
    for block in blocks(page):
        if block.backend not in (None, backend):
            continue
        if block.replaced is not None:
            _run(block.replaced, block.line, page, namespace)
            replaced = namespace.pop("y_hard")
        _run(block.code, block.line, page, namespace)
        if block.replaced is not None:
            hard = namespace["y_hard"]
            assert (replaced.shape, replaced.dtype) == (hard.shape, hard.dtype)


def _run(code: str, line: int, page: Path, namespace: dict[str, object]) -> None:
    exec(compile("\n" * line + code, str(page), "exec"), namespace)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_of_a_page_are_those_of_the_results(page):
    """Written by ``python -m benchmarks.pages``."""
    text = page.read_text(encoding="utf-8")
    assert filled(text) == text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_pictures_that_exist(page):
    for shown in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / shown).is_file(), shown


@pytest.mark.parametrize("estimator", reinmax_multi.estimators.__all__)
def test_the_docstring_of_a_bound_estimator_runs(request, estimator):
    backend = request.config.getoption("--backend")
    function = getattr(importlib.import_module(f"reinmax_multi.{backend}"), estimator)
    _run_doctest(function.__doc__, f"{backend}.{estimator}")


def test_the_docstring_of_diagnose_runs(request):
    backend = request.config.getoption("--backend")
    package = importlib.import_module(f"reinmax_multi.{backend}")
    if backend == "numpy":
        assert not hasattr(package, "diagnose")
    else:
        _run_doctest(package.diagnose.__doc__, f"{backend}.diagnose")


def test_the_docstring_of_kernel_runs(request):
    backend = request.config.getoption("--backend")
    package = importlib.import_module(f"reinmax_multi.{backend}")
    if "kernel" in package.__all__:
        _run_doctest(package.kernel.__doc__, f"{backend}.kernel")


@pytest.mark.parametrize("name", ["Estimator", "Jacobians"])
def test_the_docstring_of_a_record_runs(name):
    _run_doctest(getattr(reinmax_multi, name).__doc__, name)


def _run_doctest(text: str, name: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    assert test.examples, f"{name} shows no example"
    result = doctest.DocTestRunner().run(test)
    assert result.failed == 0
