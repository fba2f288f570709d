"""Programs in several processes of this machine that talk to each other, in bounded time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
PAUSE = 0.05


def run(command: Sequence[str], count: int, folder: Path, seconds: float) -> list[str]:
    """What each of ``count`` processes prints; an AssertionError as soon as one of them fails.

    A process learns its number and where the others are from the variables that ``torchrun`` sets,
    and from STORE, a file for their first meeting.
    """
    environment = {
        **os.environ,
        "WORLD_SIZE": str(count),
        "MASTER_ADDR": "localhost",
        "MASTER_PORT": str(_free_port()),
        "STORE": str(folder / "store"),
        "PYTHONPATH": str(ROOT),
        "GLOO_SOCKET_IFNAME": "lo",
        "OMP_NUM_THREADS": "1",
    }
    with ExitStack() as stack:
        outputs = [
            stack.enter_context((folder / f"{rank}.txt").open("w+")) for rank in range(count)
        ]
        processes = [
            stack.enter_context(_started(command, {**environment, "RANK": str(rank)}, output))
            for rank, output in enumerate(outputs)
        ]
        try:
            _wait(processes, outputs, time.monotonic() + seconds)
        finally:
            for process in processes:
                process.kill()
        return [_text(output) for output in outputs]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


def _started(
    command: Sequence[str], environment: dict[str, str], output: IO[str]
) -> subprocess.Popen[str]:
    arguments = [sys.executable, *command]
    return subprocess.Popen(
        arguments, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
    )


def _wait(processes: list[subprocess.Popen[str]], outputs: list[IO[str]], deadline: float) -> None:
    while any(process.poll() is None for process in processes):
        failed = [rank for rank, process in enumerate(processes) if process.poll()]
        if failed or time.monotonic() > deadline:
            break
        time.sleep(PAUSE)
    codes = [process.poll() for process in processes]
    printed = "\n".join(f"--- process {rank}\n{_text(each)}" for rank, each in enumerate(outputs))
    assert codes == [0] * len(processes), f"exit codes {codes} (None: still running)\n{printed}"


def _text(output: IO[str]) -> str:
    output.seek(0)
    return output.read()


def end_at_once() -> None:
    """End a program that had a group of gloo.

    The usual end aborts about once in twenty times, in torch 2.13, when all is done ("terminate
    called without an active exception").
    """
    sys.stdout.flush()
    os._exit(0)
