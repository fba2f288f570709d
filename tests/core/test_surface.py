"""One record a file, hooks in one place, no circle of imports, one version."""

from __future__ import annotations

import math
import re
from importlib import metadata
from pathlib import Path

import reinmax_multi
from reinmax_multi import estimators

from . import source

FILES = sorted(source.PACKAGE.rglob("*.py"))


def test_every_folder_that_binds_is_an_adapter_with_a_stub():
    binding = {
        path.parent.name
        for path in source.PACKAGE.rglob("_adapter.py")
        if "bind" in source.defined(path)
    }
    assert binding == set(source.ADAPTERS)
    assert all((source.PACKAGE / name / "__init__.pyi").exists() for name in binding)


def test_the_family_holds_one_record_a_file_under_its_own_name():
    files = {path.stem for path in (source.PACKAGE / "estimators").glob("*.py")} - {"__init__"}
    assert files == set(estimators.__all__)
    for name in estimators.__all__:
        assert getattr(estimators, name).name == name


def test_the_hyper_parameters_have_the_defaults_and_ranges_that_the_documents_name():
    ranges = {
        (name, each.name): (each.default, "> 0" if each.positive else each.least)
        for name in estimators.__all__
        for each in getattr(estimators, name).parameters
    }
    assert ranges == {
        ("decoupled_straight_through", "forward_tau"): (1.0, "> 0"),
        ("gapped_straight_through", "gap"): (1.0, "> 0"),
        ("gumbel_rao", "num_samples"): (10, 1),
        ("reinmax_cv", "num_samples"): (10, 1),
        ("reinmax_cv", "eta"): (1.0, -math.inf),
        ("reinmax_rao", "num_samples"): (10, 1),
    }


def test_native_steps_are_looked_up_in_one_file():
    lookup = re.compile(r"getattr\(xp\b")
    places = [path for path in FILES if lookup.search(path.read_text(encoding="utf-8"))]
    assert places == [source.PACKAGE / "_core" / "namespace.py"]


def test_no_circle_of_imports():
    """Anywhere in the files, also inside functions; a package stands for its ``__init__.py``."""
    modules = {_module(path): path for path in FILES}
    below = {
        name: {_longest(target, modules) for target in source.imported(path)} - {None}
        for name, path in modules.items()
    }
    circles = [[*way, way[0]] for name in below for way in _ways_back(name, below)]
    assert not circles, circles[0]


def _module(path: Path) -> str:
    parts = path.relative_to(source.PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _longest(target: str, modules: dict[str, Path]) -> str | None:
    """The module that ``target`` names, itself or the one that an imported name is in."""
    for name in (target, target.rpartition(".")[0]):
        if name in modules:
            return name
    return None


def _ways_back(start: str, below: dict[str, set[str | None]]) -> list[list[str]]:
    """A way along imports from a module to itself, if there is one."""
    seen, stack = set(), [[start]]
    while stack:
        way = stack.pop()
        for target in below[way[-1]]:
            if target == start:
                return [way]
            if target not in seen:
                seen.add(target)
                stack.append([*way, target])
    return []


def test_the_version_is_written_in_one_place():
    literal = re.compile(rf"[\"']{re.escape(reinmax_multi.__version__)}[\"']")
    assert [path for path in FILES if literal.search(path.read_text())] == [
        source.PACKAGE / "__init__.py"
    ]


def test_the_distribution_has_the_version_of_the_package():
    """A checkout has a pyproject.toml that points at the package; a wheel has metadata."""
    project = source.PACKAGE.parent / "pyproject.toml"
    if project.exists():
        text = project.read_text(encoding="utf-8")
        assert 'dynamic = ["version"]' in text
        assert 'path = "reinmax_multi/__init__.py"' in text
    else:
        installed = metadata.distribution("reinmax-multi")
        assert Path(installed.locate_file("reinmax_multi")).resolve() == source.PACKAGE.resolve()
        assert installed.version == reinmax_multi.__version__
