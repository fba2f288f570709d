"""Promise: importing the package does not import what compiles or distributes PyTorch."""

from __future__ import annotations

import subprocess
import sys


def test_what_an_import_brings():
    report = "import sys, torch; before = set(sys.modules); import reinmax_multi.torch; "
    report += "print(*sorted(set(sys.modules) - before))"
    new = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, check=True, text=True
    ).stdout.split()
    heavy = ("torch._dynamo", "torch._inductor", "torch.distributed", "numba", "triton")
    assert not [name for name in new if name.startswith(heavy)]
