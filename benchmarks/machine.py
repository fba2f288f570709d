"""The machine: a process held to a few cores, and what it was measured on."""

from __future__ import annotations

import importlib
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


def hold(threads: int) -> None:
    """Hold this process to a few cores and threads; to be called before it imports a framework."""
    if hasattr(os, "sched_setaffinity"):  # JAX has no other way to be told
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    for variable in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[variable] = str(threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


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
    """Linux does not tell the model by ``platform.processor()``."""
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
