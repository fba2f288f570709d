"""The family's results as Markdown tables: time and memory of ours and of the formulations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.common.contract import JACOBIANS
from benchmarks.common.markdown import number, ratio, table
from benchmarks.common.results import Result

from .cases import OURS, REFERENCE

Cells = Callable[[Result], list[str]]


def time(results: Sequence[Result]) -> str:
    """One line for each framework, mode, estimator and tau; columns for each shape."""
    head = ("ours, ms", "× ours, straight-through", "of formulation", f"of {JACOBIANS}")
    return _by_shape(results, head, _times)


def peak(results: Sequence[Result]) -> str:
    """The same for the peak of memory."""
    head = ("ours, MiB", "formulation", JACOBIANS)
    return _by_shape(results, head, _peaks)


def _by_shape(results: Sequence[Result], head: Sequence[str], cells: Cells) -> str:
    shapes = list(dict.fromkeys(tuple(row["shape"]) for each in results for row in each["rows"]))
    titles = [f"{rows} × {size}: {title}" for rows, size in shapes for title in head]
    lines = []
    for result in results:
        groups: dict[tuple[str, ...], dict[tuple[int, ...], Result]] = {}
        for row in result["rows"]:
            key = (row["mode"], row["estimator"], f"{row['tau']:g}")
            groups.setdefault(key, {})[tuple(row["shape"])] = row
        for key, found in groups.items():
            line = [result["about"]["framework"], *key]
            for shape in shapes:
                line += cells(found[shape]) if shape in found else [""] * len(head)
            lines.append(line)
    return table(("framework", "mode", "estimator", "τ", *titles), lines)


def _times(row: Result) -> list[str]:
    times = _medians(row)
    theirs = _theirs(times)
    return [
        number(times[OURS]),
        f"{times[OURS] / times[REFERENCE]:.1f}",
        ratio(times[OURS] / theirs if theirs else None),
        ratio(times[OURS] / times[JACOBIANS] if JACOBIANS in times else None),
    ]


def _peaks(row: Result) -> list[str]:
    found = row["peak_mib"]
    values = (found.get(OURS), _theirs(found), found.get(JACOBIANS))
    return ["" if value is None else number(value) for value in values]


def _theirs(found: dict[str, float]) -> float | None:
    """That of the formulation, which is the surrogate where there are two."""
    names = [name for name in found if name not in (OURS, REFERENCE, JACOBIANS)]
    return found[names[0]] if names else None


def _medians(row: Result) -> dict[str, float]:
    return {name: timing["median"] for name, timing in row["milliseconds"].items()}
