"""The peak of memory of one step: how far the resident set rises above what it was before.

Linux keeps the peak of a process and can be made to forget it.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

NO_HOARDING = {"TF_ENABLE_ONEDNN_OPTS": "0"}  # with oneDNN TensorFlow's allocator keeps what it had


def rise(run: Callable[[], Any]) -> int:
    """How far the resident set rises over one step, in bytes, after warm-up."""
    for _ in range(2):
        run()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak, see proc_pid_clear_refs(5)
    before = _resident("VmRSS")
    run()
    return _resident("VmHWM") - before


def _resident(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(rf"{field}:\s+(\d+) kB", status)[1])
