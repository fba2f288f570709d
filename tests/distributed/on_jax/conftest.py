"""Eight devices on one CPU, which JAX makes when its first array is made: a process of its own."""

from __future__ import annotations

import faulthandler
import os

DEVICES = 8
LONGEST_SECONDS = 600

os.environ["XLA_FLAGS"] = " ".join(
    [os.environ.get("XLA_FLAGS", ""), f"--xla_force_host_platform_device_count={DEVICES}"]
)
# On few cores, programs that wait for each other's devices may fill the threads and never end.
os.environ["JAX_CPU_ENABLE_ASYNC_DISPATCH"] = "0"
faulthandler.dump_traceback_later(LONGEST_SECONDS, exit=True)  # rather than hang

import jax  # noqa: E402

if jax.device_count() != DEVICES:
    raise RuntimeError(f"JAX has {jax.device_count()} devices: run these tests by themselves")
