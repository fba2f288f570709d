"""The times, the memory and the operations as Markdown tables."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from benchmarks.common.contract import LOSS_ONLY, ORIGINAL, our_name
from benchmarks.common.markdown import number, ratio, table
from benchmarks.common.results import Result
from benchmarks.common.rows import TAUS

ITEMSIZE = {"float32": 4, "bfloat16": 2, "float16": 2, "float64": 8}
# Over N K numbers: the forward pass reads one and writes two, the backward reads three, writes one.
PASSES = 7


def about(result: Result) -> str:
    """The machine, its copy bandwidth and the versions."""
    facts = result["about"]
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    cores = f"{facts['processor']}, {facts['cores']} cores, {facts['threads']} threads"
    where = f"{facts['framework']} on {facts['device']}"
    copies = statistics.median(row["copy_bytes_per_second"] for row in result["rows"]) / 1e9
    cores += f", a copy moves {copies:.1f} GB/s"
    return f"- {where}: {cores}; Python {facts['python']}, {versions}"


def share_of_copy(row: Result, milliseconds: float) -> float:
    """The bytes that a step must move in its time, as a share of what a copy moves."""
    rows, categories = row["shape"]
    moved = PASSES * rows * categories * ITEMSIZE[row["dtype"]]
    return moved / (1e-3 * milliseconds) / row["copy_bytes_per_second"]


def fastest_peer(row: Result) -> tuple[str, float] | None:
    """Its name and its median; None if every peer failed."""
    ours = {our_name(tau) for tau in TAUS}
    peers = {
        name: timing["median"]
        for name, timing in row["milliseconds"].items()
        if name not in ours and name != LOSS_ONLY
    }
    return min(peers.items(), key=lambda peer: peer[1]) if peers else None


def speed(results: Sequence[Result]) -> str:
    """One line for each framework, mode, dtype, shape and tau."""
    head = (
        "framework", "mode", "dtype", "N × K", "τ", "ours, ms", "quartiles", "fastest peer", "ms",
        "ratio", f"of {ORIGINAL}", "of copy",
    )  # fmt: skip
    return table(head, (line for each in results for line in _speed_lines(each)))


def _speed_lines(result: Result) -> Iterator[list[str]]:
    for row in result["rows"]:
        times, peer = row["milliseconds"], fastest_peer(row)
        original = times.get(ORIGINAL)
        for tau in (tau for tau in TAUS if our_name(tau) in times):
            ours = times[our_name(tau)]
            yield [
                result["about"]["framework"],
                row["mode"],
                row["dtype"],
                "{} × {}".format(*row["shape"]),
                f"{tau:g}",
                number(ours["median"]),
                f"{number(ours['lower'])} – {number(ours['upper'])}",
                *((peer[0], number(peer[1])) if peer else ("none ran", "")),
                ratio(ours["median"] / peer[1] if peer else None),
                ratio(ours["median"] / original["median"] if original else None),
                f"{100 * share_of_copy(row, ours['median']):.0f}%",
            ]


def troubles(results: Sequence[Result]) -> list[str]:
    """What did not run, and what ran under a omission; each once, with the rows it concerns."""
    found: dict[str, list[str]] = {}
    for result in results:
        for row in result["rows"]:
            where = " ".join([row["mode"], row["dtype"], "{} × {}".format(*row["shape"])])
            for name, what in [*row["failures"].items(), *row["omissions"].items()]:
                key = f"{result['about']['framework']}, {name}: {what}"
                found.setdefault(key, []).append(where)
    return [f"- {what} ({'; '.join(places)})" for what, places in found.items()]


def memory(results: Sequence[Result]) -> str:
    """Sizes in units of the logits."""
    head = ("framework", "mode", "N × K", "candidate", "saved", "peak", "XLA's plan")
    return table(
        head,
        (
            [
                result["about"]["framework"],
                row["mode"],
                "{} × {}".format(*row["shape"]),
                row["name"],
                *_found(row, "saved", "peak", "planned"),
            ]
            for result in results
            for row in result["rows"]
        ),
    )


def overhead(results: Sequence[Result]) -> str:
    """Operations, and microseconds before the first of them."""
    head = ("framework", "mode", "candidate", "operations", "forward", "backward", "µs before")
    return table(
        head,
        (
            [
                result["about"]["framework"],
                row["mode"],
                row["name"],
                *_found(row, "both", "forward", "backward", "waited"),
            ]
            for result in results
            for row in result["rows"]
        ),
    )


def _found(row: Result, *fields: str) -> list[str]:
    if "failure" in row:
        return [row["failure"], *[""] * (len(fields) - 1)]
    return ["" if row[field] is None else f"{row[field]:g}" for field in fields]
