"""The machine: a process held to a few cores, and what it was measured on."""

from __future__ import annotations

import importlib
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np


def hold(threads: int) -> None:
    """Hold this process to a few cores and threads; to be called before it imports a framework."""
    if hasattr(os, "sched_setaffinity"):  # JAX has no setting of its own
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    for variable in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[variable] = str(threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def warm_allocator() -> None:
    """Let the C library keep what is freed, as in a process that has run a large layer.

    glibc returns memory beyond twice the largest block that it has freed, up to 32 MiB; a pass
    whose arrays are the first of their size then faults in every page of every temporary.
    """
    np.ones(2**25 - 2**13, np.uint8)


def describe(framework: str, modules: Sequence[str], device: str, threads: int) -> dict[str, Any]:
    """Machine, threads and versions."""
    names = ("reinmax-multi", "numpy", "array-api-compat", *modules)
    return {
        "framework": framework,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "device": device,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in names},
    }


def _version(distribution: str) -> str:
    if distribution == "reinmax-multi":  # measured from a checkout as well
        return importlib.import_module("reinmax_multi").__version__
    for name in (distribution, f"{distribution}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "not installed"


def _processor() -> str:
    """On Linux ``platform.processor()`` does not name the model."""
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
