"""Promise: a DTensor gives what it gives on one process, placed alike; noise and errors of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.distributed.processes import ROOT

PLAIN = """
import sys, torch
from reinmax_multi.torch import reinmax
reinmax(torch.zeros(4, 3))
assert not any(name.startswith("reinmax_multi.torch._mesh") for name in sys.modules)
"""


@pytest.mark.parametrize("count", [2, 4])
def test_the_same_samples_and_gradients_as_on_one_process(spread, count):
    spread("calls", count)


def test_noise_arguments_modes_and_what_is_sent(spread):
    spread("promises", 2)


def test_a_plain_call_imports_no_module_of_meshes():
    subprocess.run([sys.executable, "-c", PLAIN], cwd=ROOT, check=True, timeout=120)
