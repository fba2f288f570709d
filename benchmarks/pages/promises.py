"""The tables of docs/promises.md: the draw, the error of gradients, the speed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.common import results
from benchmarks.common.contract import LOSS_ONLY, our_name
from benchmarks.common.markdown import ratio, table

FRAMEWORKS = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX", "tf": "TensorFlow"}
DTYPES = ("float32", "float64", "float16", "bfloat16")
PEAKED = (
    *(f"scale {scale}" for scale in (10, 100, 1000, 10000)),
    *("one certain to 1e-30", "subnormal probabilities"),
)
"""The rows of the accuracy results in which one category is nearly certain."""
ERRORS: dict[str, Callable[[Any], bool]] = {
    "`y_soft`": lambda cell: cell["quantity"] == "y_soft",
    "gradient, τ = 1": lambda cell: _is_gradient(cell) and cell["tau"] == 1,
    "gradient, τ ≠ 1": lambda cell: _is_tempered(cell) and cell["kind"] not in PEAKED,
    "the same, nearly certain": lambda cell: _is_tempered(cell) and cell["kind"] in PEAKED,
}
CELL = (
    *("backend", "mode", "dtype", "size", "kind", "quantity", "estimator", "tau", "median"),
    "worst",
)
SPEED_SHAPES = ([64, 10], [32768, 32], [8192, 512], [128, 50257])
OURS = ("reinmax_multi", LOSS_ONLY)
"""What is no peer begins with one of these."""


def draw() -> str:
    """The total variation from softmax, the worst of all back ends and rows."""
    worst: dict[int, float] = {}
    for sampler, _, size, _, _, variation, *_ in _every("draw"):
        if sampler.startswith("reinmax_multi"):
            worst[size] = max(worst.get(size, 0.0), variation)
    head = ["K", *(str(size) for size in sorted(worst))]
    return table(head, [["total variation", *(f"{worst[size]:.1e}" for size in sorted(worst))]])


def agreement() -> str:
    """The share of rows that one framework samples otherwise than NumPy, as one row in so many."""
    files = {path.stem.split("-")[1]: json.loads(path.read_text()) for path in _files("agreement")}
    sizes = [row["K"] for row in next(iter(files.values()))["rows"]]
    lines = [
        [FRAMEWORKS[name], *(_one_in(row["share"]) for row in files[name]["rows"])]
        for name in FRAMEWORKS
        if name in files
    ]
    return table(["one row in", *(f"K = {size}" for size in sizes)], lines)


def _one_in(share: float) -> str:
    """A share as its inverse, in millions with two digits."""
    millions = float(f"{1e-6 / share:.2g}")
    return f"{millions:g} million"


def accuracy() -> str:
    """The worst errors, in units of rounding."""
    cells = [dict(zip(CELL, values, strict=True)) for values in _cells() if values[0] in FRAMEWORKS]
    lines = [
        [name, *(_worst(cells, dtype, chosen) for dtype in DTYPES)]
        for name, chosen in ERRORS.items()
    ]
    return table(["worst error, units", *DTYPES], lines)


def _worst(cells: list[dict[str, Any]], dtype: str, chosen: Callable[[Any], bool]) -> str:
    worst = max(each["worst"] for each in cells if each["dtype"] == dtype and chosen(each))
    return f"{float(f'{worst:.2g}'):g}"


def _is_gradient(cell: dict[str, Any]) -> bool:
    return cell["quantity"] == "gradient"


def _is_tempered(cell: dict[str, Any]) -> bool:
    return _is_gradient(cell) and cell["tau"] != 1


def speed() -> str:
    """The time of a forward and backward pass, as a ratio to the fastest peer's."""
    lines = []
    for result in results.read(results.FOLDER, "speed"):
        rows = [row for row in result["rows"] if row["dtype"] == "float32"]
        for mode in dict.fromkeys(row["mode"] for row in rows):
            own = {str(row["shape"]): row for row in rows if row["mode"] == mode}
            ratios = [_ratio(own[str(shape)]) for shape in SPEED_SHAPES]
            lines.append([FRAMEWORKS[result["about"]["framework"]], mode, *ratios])
    return table(["framework", "mode", *(f"{n} × {k}" for n, k in SPEED_SHAPES)], lines)


def _ratio(row: results.Result) -> str:
    times = {name: timing["median"] for name, timing in row["milliseconds"].items()}
    peers = [time for name, time in times.items() if not name.startswith(OURS)]
    return ratio(times[our_name(1.0)] / min(peers))


def _files(program: str) -> list[Any]:
    return sorted(results.FOLDER.glob(f"{program}-*.json"))


def _every(program: str) -> Iterator[Any]:
    for path in _files(program):
        yield from json.loads(path.read_text(encoding="utf-8"))


def _cells() -> Iterator[Any]:
    for path in _files("accuracy"):
        yield from json.loads(path.read_text(encoding="utf-8"))["cells"]
