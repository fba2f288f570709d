"""How often the same noise gives different samples in a framework and in NumPy.

    python -m benchmarks.draw.agreement torch

The cells of a row come from the framework's own float32 exponential. Two that differ in the last
digit may move a boundary between categories, and the sample with it if the noise falls in between.
The values of the noise for which that happens are counted for each row, in closed form. Results:
agreement-<framework>.json, the mean share of those values.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Annotated, Any

import array_api_compat
import numpy as np
import typer

import backends
from benchmarks.common import results
from reinmax_multi._core.algebra import softmax
from reinmax_multi._core.grid import GRID, cells

SIZES = (2, 8, 32, 64)
ELEMENTS = 2**22


def main(
    framework: Annotated[str, typer.Argument(help="torch, jax or tf.")],
    elements: Annotated[int, typer.Option(help="Logits of each number of categories.")] = ELEMENTS,
    out: Annotated[Path, typer.Option(help="Folder of the results.")] = results.FOLDER,
) -> None:
    """Compare the boundaries between categories in a framework and in NumPy."""
    driver = backends.driver(framework, "cpu")
    rows = []
    for size in SIZES:
        logits = 2 * np.random.default_rng([0, size]).standard_normal(
            (elements // size, size), np.float32
        )
        ours = _boundaries(array_api_compat.array_namespace(logits), logits, np.asarray)
        theirs = _boundaries(driver.namespace, driver.asarray(logits, "float32"), driver.to_numpy)
        share = float(np.abs(ours - theirs).sum(axis=-1).mean()) / GRID
        rows.append({"K": size, "rows": len(logits), "share": share})
    module = importlib.import_module(backends.sheet(framework).module)
    about = {"framework": f"{framework} {module.__version__}", "numpy": np.__version__}
    path = out / f"agreement-{framework}.json"
    path.write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n", encoding="utf-8")


def _boundaries(xp: Any, logits: Any, to_numpy: Any) -> np.ndarray:
    """The least noise that gives a category after the j-th, for all j but the last."""
    counts = to_numpy(cells(xp, softmax(xp, logits)))
    ends = np.cumsum(counts, axis=-1, dtype=np.int64)
    return -(-ends[:, :-1] * GRID // ends[:, -1:])


if __name__ == "__main__":
    typer.run(main)
