"""Promise: a kernel serves where it can, and with threads, after a fork, on a disk that cannot be
written to and without Numba too there is a right result.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import array_api_strict
import numpy as np
import pytest

from reinmax_multi.numpy import _rows, gumbel_rao, kernel, reinmax
from tests.core import source

LOGITS = np.zeros((4, 3))
MANY = (4096, 64)
"""So many rows are divided among threads."""
MISSING = "import sys; sys.modules['numba'] = None"


def run(code, before="", package=source.PACKAGE.parent, **environment):
    """What ``code`` prints in a fresh process."""
    kept = {name: value for name, value in os.environ.items() if name != "REINMAX_MULTI_KERNEL"}
    return subprocess.run(
        [sys.executable, "-c", f"{before}\nimport numpy as np\n{code}"],
        env={**kept, "PYTHONPATH": str(package), **environment},
        cwd=package,  # the first place where Python looks
        capture_output=True,
        text=True,
        timeout=300,
    )


CHOICE = """
from reinmax_multi.numpy import kernel, reinmax
print(*kernel(reinmax, np.zeros((4, 3))))
"""


def test_plain_arrays_have_a_kernel_for_a_matrix_in_numbers():
    assert kernel(reinmax, LOGITS) == ("numba", "it works here")
    assert kernel(reinmax.estimator, LOGITS).name == "numba"


@pytest.mark.parametrize(
    ("bound", "logits", "reason"),
    [
        (gumbel_rao, LOGITS, "the record gumbel_rao has no jacobians"),
        (reinmax, array_api_strict.zeros((4, 3)), "no plain numpy.ndarray"),
        (reinmax, LOGITS.astype(LOGITS.dtype.newbyteorder()), "byte order"),
    ],
    ids=["estimator", "library", "byte order"],
)
def test_where_a_kernel_cannot_serve_the_core_does(bound, logits, reason):
    name, why = kernel(bound, logits)
    assert name == "core"
    assert reason in why


def test_what_is_no_estimator_and_no_array_is_refused():
    with pytest.raises(TypeError, match="estimator must be a bound estimator or a record, got int"):
        kernel(3, LOGITS)
    with pytest.raises(TypeError, match=r"logits must be an array.*, got list"):
        kernel(reinmax, [0.0])


@pytest.mark.parametrize("name", ["core", "numba"])
def test_the_environment_demands_a_kernel(name):
    demanded = run(CHOICE, REINMAX_MULTI_KERNEL=name).stdout
    assert demanded == f"{name} the environment variable REINMAX_MULTI_KERNEL demands it\n"


def test_a_kernel_of_another_name_is_refused():
    error = run(CHOICE, REINMAX_MULTI_KERNEL="fortran").stderr
    assert "REINMAX_MULTI_KERNEL must be core, numba or triton, got 'fortran'" in error


def test_without_numba_the_core_serves_and_says_how_to_get_it():
    assert run(CHOICE, MISSING).stdout.startswith("core numba is not installed: pip install")
    error = run(CHOICE, MISSING, REINMAX_MULTI_KERNEL="numba").stderr
    assert "demands numba, but numba is not installed: pip install" in error


def test_a_kernel_that_does_not_work_is_not_used():
    broken = "import numba\nnumba.njit = None"
    assert run(CHOICE, broken).stdout.startswith("core numba does not work here: ")


def result(seed):
    """A sample and its gradient, from many rows."""
    logits, g, h = np.random.default_rng(seed).standard_normal((3, *MANY))
    sample, derivative = reinmax(logits, 1.3, rng=np.random.default_rng(seed))
    return [*sample, derivative.pullback(g, h)]


def test_rows_divided_among_threads_of_many_callers_are_the_same_bits(monkeypatch):
    monkeypatch.setattr(_rows, "_threads", lambda: 1)
    alone = [result(seed) for seed in range(8)]
    monkeypatch.setattr(_rows, "_threads", lambda: 3)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(result, range(8)))
    for one, other in zip(alone, together, strict=True):
        assert all(map(np.array_equal, one, other))


def test_a_forked_process_computes_as_its_parent_did():
    code = f"""
import os
from reinmax_multi.numpy import _rows, reinmax
_rows._threads = lambda: 3
logits = np.random.default_rng(0).standard_normal({MANY})
def work():
    sample, derivative = reinmax(logits, 1.3, rng=np.random.default_rng(0))
    return derivative.pullback(sample.y_soft)
here = work()
child = os.fork()
if child == 0:
    os._exit(int(not np.array_equal(here, work())))
print(os.waitpid(child, 0)[1])
"""
    assert run(code, "import warnings; warnings.simplefilter('ignore')").stdout == "0\n"


COUNT = """
from reinmax_multi._kernels import numba
kernels = numba.load()
print(sum(kernels.short.forward.stats.cache_misses.values()))
"""


def copied(folder):
    """The package as installed, without what was compiled of it."""
    skip = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(source.PACKAGE, folder / source.PACKAGE.name, ignore=skip)


def test_a_kernel_is_compiled_once_for_all_processes(tmp_path):
    copied(tmp_path)
    environment = {"package": tmp_path, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    assert [run(COUNT, **environment).stdout for _ in range(2)] == ["1\n", "0\n"]


def test_where_nothing_can_be_written_kernels_are_compiled_each_time(tmp_path):
    package = copied(tmp_path)
    (package / "_kernels" / "numba" / "__pycache__").write_text("a file where a folder would be")
    nowhere = str(Path(os.devnull) / "home")
    finished = run(CHOICE, package=tmp_path, HOME=nowhere, XDG_CACHE_HOME=nowhere)
    assert finished.stdout.startswith("numba"), finished.stderr
