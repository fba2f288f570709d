"""Files that a kill leaves either as they were or as they were to be."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

PROGRESS = "progress"


class Checkpoint(NamedTuple):
    """The arrays of a learner, and the progress of its run as JSON values."""

    state: list[np.ndarray]
    progress: dict[str, Any]


def write(path: Path, content: bytes) -> None:
    """Replace the file in one step, after the content has reached the disk."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def remove_unfinished(path: Path) -> None:
    """Remove the unfinished files that killed writers left."""
    for unfinished in path.parent.glob(f".{path.name}.*"):
        unfinished.unlink(missing_ok=True)


def save(path: Path, state: Sequence[np.ndarray], progress: dict[str, Any]) -> None:
    """Write a checkpoint."""
    buffer = io.BytesIO()
    arrays = {f"state{number:04}": array for number, array in enumerate(state)}
    np.savez(buffer, **arrays, **{PROGRESS: np.array(json.dumps(progress))})
    write(path, buffer.getvalue())


def load(path: Path) -> Checkpoint:
    """Read it back, bit for bit."""
    with np.load(path, allow_pickle=False) as arrays:
        state = [arrays[name] for name in sorted(set(arrays.files) - {PROGRESS})]
        return Checkpoint(state, json.loads(str(arrays[PROGRESS])))
