"""What is mutated, and the tests that must find it, for each back end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

CORE = ("_core/*", "_call/*", "estimators/*", "numpy/_*")
ADAPTER = (
    *("_adapter", "_host", "_namespace"),
    *("_rows", "_blocks", "_eager", "_transformed", "_traced", "_linalg"),
)
FRAMEWORKS = ("torch", "jax", "tf")
FUZZ = "tests/quality/fuzz"


def patterns(backend: str) -> Iterator[str]:
    """The modules, relative to the package, that a back end's tests must hold to account."""
    yield from CORE if backend == "numpy" else (f"{backend}/{name}" for name in ADAPTER)


def files(package: Path, backend: str) -> list[Path]:
    """Those that exist; only some adapters are split into several files."""
    return [path for name in patterns(backend) for path in sorted(package.glob(f"{name}.py"))]


def missing(package: Path) -> list[str]:
    """The names above that no file has."""
    places = {name: [name] for name in CORE}
    places |= {name: [f"{framework}/{name}" for framework in FRAMEWORKS] for name in ADAPTER}
    return [
        name
        for name, tried in places.items()
        if not any(path for place in tried for path in package.glob(f"{place}.py"))
    ]


def suites(backend: str) -> list[list[str]]:
    """The arguments of pytest, quickest and most telling first."""
    if backend == "numpy":
        return [
            ["tests/conformance/test_gradient.py", "tests/core/test_arguments.py"],
            ["tests/conformance", "tests/core", "tests/oracles"],
            [FUZZ],
        ]
    return [
        ["tests/conformance", f"{FUZZ}/test_bad_arguments.py", "-k", "eager or arguments"],
        [f"tests/frameworks/{backend}_", "tests/conformance", f"{FUZZ}/test_eager.py"],
    ]
