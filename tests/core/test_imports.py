"""Nothing imports a framework that the user did not ask for, and nothing can shadow one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from . import source

FRAMEWORKS = ("torch", "jax", "jaxlib", "tensorflow", "keras", "numpy", "array_api_compat")
OWN = {
    "numpy": {"numpy", "array_api_compat"},
    "torch": {"torch", "array_api_compat"},
    "jax": {"jax", "numpy"},
    "tf": {"tensorflow", "numpy"},
    None: set(),
}
EXTRA = {"matplotlib", "rich", "typer"}  # of the extra "diagnose"; lazily, but for the command
NUMPY_ONLY = {  # files of the core and of the calls that look at more than the names in ``xp``
    "trial.py": {"numpy", "array_api_compat"},  # a record tries its product in NumPy
    "arguments.py": {"numpy"},  # an array of NumPy may be a number
    "prepare.py": {"numpy"},
}
COMPILERS = {  # lazily: each is imported when a kernel is wanted
    "_kernels/numba": {"numba", "llvmlite", "numpy"},
    "_kernels/triton": {"triton"},
    "torch": {"triton"},
}
COMMAND = source.PACKAGE / "diagnosis" / "command.py"
ROOT = Path(__file__).parents[2]
FILES = sorted(source.PACKAGE.rglob("*.py"))

WATCH = """
import sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {watched!r}:
            print(name)

sys.meta_path.insert(0, Watch())
{code}
"""


def attempted(code, watched):
    """The watched modules that ``code`` tries to import, installed or not, in a fresh process."""
    finished = subprocess.run(
        [sys.executable, "-c", WATCH.format(watched=tuple(watched), code=code)],
        env={**os.environ, "PYTHONPATH": str(source.PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.split()


def adapter_of(path):
    """The adapter that a file of the package belongs to, None for the core."""
    first = path.relative_to(source.PACKAGE).parts[0].removesuffix(".py")
    return first if first in source.ADAPTERS else None


def allowed(path):
    """What a file may import of others."""
    if path.parent.name == "diagnosis":
        return {"numpy"} | EXTRA
    if path.parent.name in ("_core", "_call"):
        return NUMPY_ONLY.get(path.name, set())
    if path.name == "_dask.py":
        return OWN["numpy"] | {"dask"}
    folder = path.parent.relative_to(source.PACKAGE).as_posix()
    return OWN[adapter_of(path)] | COMPILERS.get(folder, set())


def test_the_package_alone_imports_no_framework():
    others = set(FRAMEWORKS) - OWN["numpy"]
    assert attempted("import reinmax_multi", others) == []


def test_the_reference_adapter_imports_only_its_own():
    others = set(FRAMEWORKS) - OWN["numpy"]
    assert attempted("import reinmax_multi.numpy", others) == []


def test_no_compiler_of_kernels_is_imported_before_a_call():
    assert attempted("import reinmax_multi.numpy", {"numba", "llvmlite", "triton"}) == []


def test_a_diagnosis_imports_its_arrays_and_nothing_of_its_extra():
    others = (set(FRAMEWORKS) | EXTRA | {"sklearn"}) - OWN["numpy"]
    assert attempted("import reinmax_multi.diagnosis._run", others) == []


def test_the_watch_sees_an_import_that_is_guarded():
    guarded = "try:\n    import torch\nexcept ImportError:\n    pass"
    assert "torch" in attempted(guarded, FRAMEWORKS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(source.PACKAGE)))
def test_a_file_imports_only_the_framework_of_its_folder(path):
    adapter = adapter_of(path)
    modules = [name.split(".") for name in source.imported(path)]
    foreign = {first for first, *_ in modules} - sys.stdlib_module_names - {"reinmax_multi"}
    assert foreign <= allowed(path)
    reached = {rest[0] for first, *rest in modules if first == "reinmax_multi"}
    assert reached & set(source.ADAPTERS) <= {adapter}


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path != COMMAND],
    ids=lambda path: str(path.relative_to(source.PACKAGE)),
)
def test_the_extra_is_imported_where_it_is_used_and_not_before(path):
    names = [name.split(".") for name in source.imported(path, at_the_top=True)]
    assert not {first for first, *_ in names} & EXTRA
    assert ["reinmax_multi", "diagnosis", "command"] not in [name[:3] for name in names]


def test_every_adapter_imports_its_framework():
    """Else the test above would have nothing to say."""
    for adapter, main in {"torch": "torch", "jax": "jax", "tf": "tensorflow"}.items():
        assert main in {
            name.split(".")[0]
            for path in FILES
            if adapter_of(path) == adapter
            for name in source.imported(path)
        }


def test_no_folder_or_module_outside_the_package_is_named_like_a_framework():
    """On sys.path, ``backends/torch.py`` would be imported in place of torch."""
    siblings = [path for path in ROOT.iterdir() if path != source.PACKAGE]
    below = [
        path
        for name in ("backends", "tests", "benchmarks", "examples", "docs")
        for path in (ROOT / name).rglob("*")
    ]
    modules = [path for path in siblings + below if path.is_dir() or path.suffix == ".py"]
    assert (ROOT / "backends") in modules
    assert [path for path in modules if path.stem in FRAMEWORKS] == []
