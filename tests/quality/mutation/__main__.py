"""``python -m tests.quality.mutation``: how many planted defects the tests find.

Each mutant of the package is tested in a process of its own, in a copy of the tree, by the quickest
tests first; it is killed when one fails or does not end. Defects that change nothing that a user
can see are listed in ``equivalent.toml`` with the reason, and do not count.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import backends
from tests.quality.mutation.mutants import Mutant, mutants, plain

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[3]
TREE = (
    *("reinmax_multi", "backends", "benchmarks", "examples", "tests", "docs"),
    *("README.md", "pyproject.toml"),
)
EQUIVALENT = Path(__file__).parent / "equivalent.toml"
REQUIRED = 0.95
PATIENCE = 10
"""How many times longer than without a mutant the tests may take."""

CORE = (
    *("_math", "_draw", "_noise", "_conditional", "_gradient", "_arguments", "estimator", "numpy"),
    "estimators/*",
)
ADAPTER = ("_adapter", "_blocks", "_functions", "_linalg", "_namespace")
FUZZ = "tests/quality/fuzz"
OWN = {name: [f"tests/frameworks/{name}_"] for name in ("torch", "jax", "tf")}


def files(backend: str) -> list[Path]:
    """The files of the package that a back end's tests must hold to account."""
    names = CORE if backend == "numpy" else [f"{backend}/{name}" for name in ADAPTER]
    package = ROOT / "reinmax_multi"
    return [path for name in names for path in sorted(package.glob(f"{name}.py"))]


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
        [*OWN.get(backend, []), "tests/conformance", f"{FUZZ}/test_eager.py"],
    ]


def main() -> None:
    """Print the mutants that no test finds, and the score."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.mutation", description=__doc__)
    parser.add_argument("--backend", choices=backends.NAMES, default="numpy")
    parser.add_argument("--only", default="", help="files whose path holds this text")
    parser.add_argument("--sample", type=int, help="that many mutants a file, chosen by the seed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    paths = [path.relative_to(ROOT) for path in files(options.backend)]
    excused = _excused(paths)
    killed, survivors = 0, []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in TREE:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, tree / name)
        for path in paths:
            (tree / path).write_text(plain((ROOT / path).read_text(encoding="utf-8")), "utf-8")
        started = time.monotonic()
        if _is_killed(tree, options.backend):
            raise SystemExit(
                f"the tests of {options.backend} fail without a mutant: mend them first"
            )
        limit = PATIENCE * (time.monotonic() - started)
        for path in paths:
            if options.only not in str(path):
                continue
            source = (ROOT / path).read_text(encoding="utf-8")
            target = tree / path
            for mutant in _chosen(source, options.sample, options.seed):
                if (path.as_posix(), _text(mutant)) in excused:
                    continue
                target.write_text(mutant.source, encoding="utf-8")
                if _is_killed(tree, options.backend, limit):
                    killed += 1
                else:
                    survivors.append(f"{path}:{mutant}")
                    print(survivors[-1], flush=True)
            target.write_text(plain(source), encoding="utf-8")
            print(f"{path}: {killed} killed, {len(survivors)} survive so far", flush=True)
    score = killed / max(1, killed + len(survivors))
    print(f"{killed} of {killed + len(survivors)} mutants killed: {score:.1%}")
    sys.exit(score < REQUIRED)


def _excused(paths: list[Path]) -> set[tuple[str, str]]:
    """Files and their mutants that change nothing; one that cannot be planted any more is stale."""
    entries = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    excused = {(entry["file"], entry["mutant"]) for entry in entries}
    for path in paths:
        planted = {_text(mutant) for mutant in mutants((ROOT / path).read_text(encoding="utf-8"))}
        stale = {text for file, text in excused if file == path.as_posix()} - planted
        if stale:
            raise SystemExit(f"{EQUIVALENT.name}: no such mutants in {path}: {sorted(stale)}")
    return excused


def _text(mutant: Mutant) -> str:
    return f"{mutant.before}  ->  {mutant.after}"


def _chosen(source: str, count: int | None, seed: int) -> Iterator[Mutant]:
    everything = list(mutants(source))
    if count is None or count >= len(everything):
        yield from everything
    else:
        chosen = set(random.Random(seed).sample(range(len(everything)), count))
        yield from (mutant for i, mutant in enumerate(everything) if i in chosen)


def _is_killed(tree: Path, backend: str, limit: float | None = None) -> bool:
    base = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    for suite in suites(backend):
        command = [*base, "--backend", backend, *suite]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=tree, env=environment, capture_output=True, timeout=limit
            )
        except subprocess.TimeoutExpired:
            return True
        if done.returncode:
            return True
    return False


if __name__ == "__main__":
    main()
