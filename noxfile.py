"""Every check and the demo, one session each; versions come from the sheets in backends/.

The package is tested as a user has it: built into a wheel, installed, and met by tests that run
from a copy of the tree without the checkout's package. A framework that is missing fails its
session.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))
import backends  # noqa: E402  (nox loads this file by its path, from any folder)

BACKENDS = ("numpy", "torch", "jax", "tf")
FRAMEWORKS = BACKENDS[1:]
SPREAD = ("jax",)  # the frameworks whose spread arrays are tested
TESTING = ("pytest==9.*", "pytest-xdist==3.*", "hypothesis==6.*", "mpmath==1.*", "psutil==7.*")
PARALLEL = ("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "worksteal")
BENCHMARKS = ("matplotlib==3.*", "typer==0.*")
PROBABILITY = (
    "tensorflow-probability==0.25.*",
    "tf-keras==2.21.*",
)  # they ask for another TensorFlow
KERAS = "keras==3.15.1"
LIBRARIES = ("dask==2026.8.*", "mlx[cpu]==0.32.*", "ndonnx==0.23.*", "onnxruntime==1.*")
EXAMPLES = ("scikit-learn==1.*", "matplotlib==3.*", "rich==15.*", "typer==0.*")
EVERY_FRAMEWORK = (
    *("tests/diagnosis", "tests/quality/documentation", "tests/frameworks/test_keras_variables.py"),
    *("tests/programs/examples", "tests/programs/test_command_line.py"),
)
ONLY = {  # the test folders, and what else they need, that belong to one framework
    "torch": (
        ["tests/frameworks/torch_", "tests/programs/torch_", "tests/programs/listops"],
        ["reinmax==0.1.0"],
    ),
    "jax": (["tests/frameworks/jax_", "tests/programs/listops"], ["optax==0.2.*"]),
    "tf": (["tests/frameworks/tf_"], []),
}
QUICK = "eager and float32 and (reinmax or gumbel_rao) and not (golden or reinmax_)"
FUZZED = ("tests/quality/fuzz/test_eager.py", "tests/quality/fuzz/test_bad_arguments.py")
TESTED_TREE = ("backends", "tests", "benchmarks", "examples", "docs", "README.md", "pyproject.toml")
RECORDINGS = ROOT / ".nox" / "recordings"

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.stop_on_first_error = True
nox.options.sessions = [
    *("lint", "types", "core", "conformance", "agreement", "tests", "distributed", "build")
]


@nox.session
def lint(session: nox.Session) -> None:
    """Style: ruff check and ruff format, over everything."""
    session.install("ruff==0.14.*")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def quick(session: nox.Session) -> None:
    """Quick: the style, the core, and two estimators in each framework (not run by default)."""
    session.install("ruff==0.14.*", *_newest(*BACKENDS), *TESTING)
    session.run("ruff", "check", ".")
    _pytest(session, "tests/core", *PARALLEL)
    for backend in BACKENDS:  # TensorFlow and PyTorch do not share a process
        of_each = ("tests/conformance/test_gradient.py", "--backend", backend, "-k", QUICK)
        _pytest(session, *of_each, *PARALLEL)


@nox.session
def types(session: nox.Session) -> None:
    """Types: mypy, strict, on the package with the real torch and jax; what it shows users."""
    session.install("mypy==1.*", "nox", "pytest==9.*", *_newest("torch", "jax"))
    session.run("mypy", "reinmax_multi", "backends/__init__.py", "backends/stubs.py", "noxfile.py")
    session.run("python", "-m", "pytest", "tests/types")


@nox.session
def core(session: nox.Session) -> None:
    """Core: the mathematics, the draw and the oracles on NumPy and array-api-strict."""
    session.install(*_newest("numpy"), *TESTING, *LIBRARIES)
    other = ("tests/programs/test_accuracy_truth.py", "tests/quality/mutation")
    folders = ("tests/core", "tests/oracles", "tests/frameworks/numpy_")
    _pytest(session, *folders, *other, *PARALLEL)
    _pytest(session, "tests/quality/documentation", "tests/quality/endurance", "--backend", "numpy")


@nox.session
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def conformance(session: nox.Session, backend: str) -> None:
    """Conformance: every promise, the same files for each back end (``-- --device cuda``)."""
    session.install(*_newest(backend), *TESTING)
    options = (*PARALLEL, "--backend", backend, *session.posargs)
    _pytest(session, "tests/conformance", *FUZZED, *options)
    record = ("--backend", backend, "--out", str(RECORDINGS))
    with _tested_tree(session) as tree, session.chdir(tree):
        session.run("python", "-m", "tests.agreement.record", *record)


@nox.session
def agreement(session: nox.Session) -> None:
    """Agreement: the same noise in four back ends; compares what conformance recorded of each."""
    session.install(*_newest("numpy"), *TESTING)
    _pytest(session, "tests/agreement", "--recordings", str(RECORDINGS))


@nox.session
@nox.parametrize("backend", FRAMEWORKS, ids=FRAMEWORKS)
def tests(session: nox.Session, backend: str) -> None:
    """Tests of one framework: diagnosis, programs, documentation, memory, its own."""
    folders, requirements = ONLY[backend]
    session.install(*_newest(backend), *TESTING, *EXAMPLES, KERAS, *requirements)
    # first and by itself: in the free memory that other tests leave, a leak would not be seen
    _pytest(session, "tests/quality/endurance", "--backend", backend)
    # by themselves: they time, and some formulations fill the memory
    _pytest(session, "tests/programs/benchmarks", "--backend", backend)
    options = (*PARALLEL, "--backend", backend)
    _pytest(session, *EVERY_FRAMEWORK, *folders, *options)


@nox.session
@nox.parametrize("backend", SPREAD, ids=SPREAD)
def distributed(session: nox.Session, backend: str) -> None:
    """Distributed: meshes of several devices of one CPU, in a process of their own."""
    session.install(*_newest(backend), *TESTING)
    _pytest(session, f"tests/distributed/on_{backend}", *PARALLEL)


@nox.session
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def whole(session: nox.Session, backend: str) -> None:
    """Whole: conformance with all estimators where one of each kind runs by default (weekly)."""
    session.install(*_newest(backend), *TESTING)
    _pytest(session, "tests/conformance", "--whole", "--backend", backend, *PARALLEL)


@nox.session
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def oldest(session: nox.Session, backend: str) -> None:
    """Oldest: conformance with the oldest supported versions (not run by default)."""
    session.install(*backends.sheet(backend).oldest, *TESTING)
    _pytest(session, "tests/conformance", "--backend", backend)


@nox.session
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def newest(session: nox.Session, backend: str) -> None:
    """Newest: conformance with what is released today, whatever the pins (not run by default)."""
    session.install("--upgrade", *_released(backend), *TESTING)
    _pytest(session, "tests/conformance", "--backend", backend)


@nox.session
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def sizes(session: nox.Session, backend: str) -> None:
    """Sizes: as many elements as memory holds (not run by default; ``-- --memory 20`` GiB)."""
    session.install(*_newest(backend), *TESTING)
    _pytest(session, "tests/quality/sizes", "--backend", backend, "-rP", *session.posargs)


@nox.session
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def fuzz(session: nox.Session, backend: str) -> None:
    """Fuzz: more than 10,000 new examples, compiled modes too (not run by default).

    ``-- --hypothesis-seed N`` repeats a run.
    """
    session.install(*_newest(backend), *TESTING)
    seed = ("--hypothesis-seed", str(random.randrange(2**32)))
    options = ("--hypothesis-profile", "many", *(session.posargs or seed))
    _pytest(session, "tests/quality/fuzz", "--backend", backend, *options)


@nox.session
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def mutation(session: nox.Session, backend: str) -> None:
    """Mutation: plant defects, one at a time, and count what the tests find (not run by default).

    Core and reference with NumPy, an adapter with its framework (``-- --sample 20``).
    """
    requirements = [*EXAMPLES, *ONLY[backend][1]] if backend in ONLY else []
    session.install(*_newest(backend), *TESTING, *requirements)
    session.run("python", "-m", "tests.quality.mutation", "--backend", backend, *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build: wheel and sdist; the wheel holds the package only, the sdist passes its own tests."""
    session.install("build==1.*", "twine==6.*", *_newest("numpy"), *TESTING)
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--outdir", folder, str(ROOT))
        (wheel,), (sdist,) = (sorted(Path(folder).glob(end)) for end in ("*.whl", "*.tar.gz"))
        session.run("python", "-m", "twine", "check", "--strict", str(wheel), str(sdist))
        _check_wheel(session, wheel)
        session.install("--force-reinstall", "--no-deps", str(wheel))
        shutil.unpack_archive(sdist, Path(folder) / "unpacked")
        (tree,) = (Path(folder) / "unpacked").iterdir()
        shutil.rmtree(tree / "reinmax_multi")
        with session.chdir(tree):
            session.run("python", "-m", "pytest", "tests/core", "tests/oracles")
            session.run("python", "-m", "pytest", "tests/conformance", "--backend", "numpy")


@nox.session
def demo(session: nox.Session) -> None:
    """Demo: train a categorical VAE on digits in each framework (not run by default)."""
    session.install(*_newest(*FRAMEWORKS), *EXAMPLES, *ONLY["jax"][1], ".")
    session.run("python", "-m", "examples.vae", *(session.posargs or ("--seeds", "1")))


@nox.session
@nox.parametrize("backend", FRAMEWORKS, ids=FRAMEWORKS)
def bench(session: nox.Session, backend: str) -> None:
    """Bench: speed, memory, the family (not run by default; ``-- speed --mode eager``)."""
    session.install(*_newest(backend), *BENCHMARKS, *ONLY[backend][1], ".")
    if backend == "tf":
        session.install("decorator", "cloudpickle", "dm-tree")
        session.install("--no-deps", *PROBABILITY)
    speed = ("speed", "speed.growth", "speed.memory", "speed.overhead")
    programs = session.posargs[:1] or (*speed, "family", "family.peak")
    for program in programs:
        session.run("python", "-m", f"benchmarks.{program}", backend, *session.posargs[1:])
    session.run("python", "-m", "benchmarks.report")


@nox.session
@nox.parametrize("backend", BACKENDS, ids=BACKENDS)
def exactness(session: nox.Session, backend: str) -> None:
    """Exactness: errors in units of rounding, the draw's distribution (not run by default)."""
    peers = ONLY[backend][1] if backend in ONLY else []
    session.install(*_newest(backend), *TESTING, *BENCHMARKS, "rich==15.*", *peers, ".")
    for program in ("accuracy", "draw"):
        session.run("python", "-m", f"benchmarks.{program}", "--backend", backend)


def _newest(*names: str) -> list[str]:
    return list(dict.fromkeys(version for name in names for version in backends.sheet(name).newest))


def _released(name: str) -> list[str]:
    """The newest versions of the sheet without their pins, but for what it holds back."""
    sheet = backends.sheet(name)
    packages = ((version.partition("==")[0], version) for version in sheet.newest)
    return [version if package in sheet.held else package for package, version in packages]


def _check_wheel(session: nox.Session, wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    foreign = [name for name in names if not name.startswith(("reinmax_multi/", "reinmax_multi-"))]
    if foreign:
        session.error(f"the wheel holds more than the package: {foreign}")
    if "reinmax_multi/py.typed" not in names:
        session.error("the wheel lacks reinmax_multi/py.typed")


def _pytest(session: nox.Session, *arguments: str) -> None:
    with _tested_tree(session) as tree, session.chdir(tree):
        session.run("python", "-m", "pytest", *arguments)


@contextmanager
def _tested_tree(session: nox.Session) -> Iterator[Path]:
    """The package installed as a wheel, and a folder with the tests and what they read."""
    session.install("--no-deps", "--force-reinstall", str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        for source in (ROOT / name for name in TESTED_TREE):
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, Path(folder) / source.name)
        yield Path(folder)
