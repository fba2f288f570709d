"""``python -m tests.quality.mutation``: how many planted defects the tests find.

Each mutant of the package is tested in a process of its own, in a copy of the tree, by the quickest
tests first; it is killed when one fails or does not end. Defects that change nothing that a user
can see are listed in ``equivalent.toml`` with the reason, and do not count; ``--check`` names the
excuses that point to nothing, and tests nothing.
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
from tests.quality.mutation import excuses, targets
from tests.quality.mutation.mutants import Mutant, mutants, plain

ROOT = Path(__file__).parents[3]
TREE = (
    *("reinmax_multi", "backends", "benchmarks", "examples", "tests", "docs"),
    *("README.md", "pyproject.toml"),
)
PACKAGE = ROOT / "reinmax_multi"
REQUIRED = 0.95
TIMES_AS_LONG = 10
"""How many times longer than without a mutant the tests may take."""


def main() -> None:
    """Print the mutants that no test finds, and the score."""
    options = _options()
    known = excuses.read()
    wrong = excuses.wrong(known, PACKAGE)
    if wrong:
        raise SystemExit("\n".join(["mend these first:", *wrong]))
    if options.check:
        print(f"every name of {excuses.EQUIVALENT.name} and targets.py points to something")
        return
    with tempfile.TemporaryDirectory() as folder:
        killed, survivors = _plant(Path(folder), known, options)
    score = killed / max(1, killed + survivors)
    print(f"{killed} of {killed + survivors} mutants killed: {score:.1%}")
    sys.exit(score < REQUIRED)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.mutation", description=__doc__)
    parser.add_argument("--backend", choices=backends.NAMES, default="numpy")
    parser.add_argument("--only", default="", help="files whose path holds this text")
    parser.add_argument("--sample", type=int, help="that many mutants a file, chosen by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--check", action="store_true", help="look at the excuses only")
    return parser.parse_args()


def _plant(tree: Path, known: excuses.Excuses, options: argparse.Namespace) -> tuple[int, int]:
    """How many mutants the tests kill in a copy of the tree, and how many survive."""
    for name in TREE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tree / name)
    paths = [path.relative_to(ROOT) for path in targets.files(PACKAGE, options.backend)]
    for path in paths:
        (tree / path).write_text(plain((ROOT / path).read_text(encoding="utf-8")), "utf-8")
    started = time.monotonic()
    if _is_killed(tree, options.backend):
        raise SystemExit(f"the tests of {options.backend} fail without a mutant: mend them first")
    limit = TIMES_AS_LONG * (time.monotonic() - started)
    killed = survivors = 0
    for path in (path for path in paths if options.only in str(path)):
        source = (ROOT / path).read_text(encoding="utf-8")
        for mutant in _chosen(source, known, options):
            if known.cover(path.as_posix(), mutant):
                continue
            (tree / path).write_text(mutant.source, encoding="utf-8")
            if _is_killed(tree, options.backend, limit):
                killed += 1
            else:
                survivors += 1
                print(f"{path}:{mutant}", flush=True)
        (tree / path).write_text(plain(source), encoding="utf-8")
        print(f"{path}: {killed} killed, {survivors} survive so far", flush=True)
    return killed, survivors


def _chosen(source: str, known: excuses.Excuses, options: argparse.Namespace) -> Iterator[Mutant]:
    everything = list(mutants(source, known.constants))
    if options.sample is None or options.sample >= len(everything):
        yield from everything
    else:
        chosen = set(random.Random(options.seed).sample(range(len(everything)), options.sample))
        yield from (mutant for i, mutant in enumerate(everything) if i in chosen)


def _is_killed(tree: Path, backend: str, limit: float | None = None) -> bool:
    base = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    for suite in targets.suites(backend):
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
