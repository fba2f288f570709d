"""Promise: a process that dies, or that waits for ever, fails a test and does not hang it."""

from __future__ import annotations

import time

import pytest

from tests.distributed import processes

DIES = """
import os, signal, time
if os.environ["RANK"] == "1":
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(1000)
"""


def test_a_killed_process_fails_the_test_at_once(tmp_path):
    start = time.monotonic()
    with pytest.raises(AssertionError, match=r"exit codes .*-9"):
        processes.run(("-c", DIES), 2, tmp_path, seconds=60)
    assert time.monotonic() - start < 30


def test_processes_that_wait_for_ever_fail_the_test_at_the_end_of_their_time(tmp_path):
    with pytest.raises(AssertionError, match="still running"):
        processes.run(("-c", "import time; time.sleep(1000)"), 2, tmp_path, seconds=1)
