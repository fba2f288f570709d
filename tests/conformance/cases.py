"""The shapes, axes and temperatures that the suite meets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """Logits of a shape, with the categories along an axis, and a tau."""

    name: str
    shape: tuple[int, ...]
    axis: int
    tau: float = 1.0
    tau_is_array: bool = False

    def __str__(self) -> str:
        kind = "-array" if self.tau_is_array else ""
        return f"{self.name}-tau{self.tau:g}{kind}"


SHAPES = (
    Case("empty-batch", (0, 4), -1),
    Case("empty-batch-of-long-rows", (2, 0, 100), -1),
    Case("one-category", (3, 1), -1),
    Case("rank-1", (5,), -1),
    Case("rank-2", (4, 5), -1),
    Case("rank-2-first-axis", (4, 5), -2),
    Case("rank-3-middle-axis", (2, 6, 3), -2),
    Case("rank-4-second-axis", (2, 4, 1, 3), -3),
    Case("rank-5-first-axis", (3, 2, 1, 2, 2), -5),
    Case("longest-single-stage", (3, 64), -1),
    Case("two-stages", (3, 100), -1),
    Case("two-stages-first-axis", (65, 2), -2),
    Case("thousand", (2, 1000), -1),
)
TAUS = ((1.0, False), (1.0, True), (1.5, False), (1.5, True))
PLAIN = (4, 5)
LONG = (3, 100)
EVERY_CASE = ("reinmax", "straight_through")
"""The estimators that meet every case; what a case tries of the binding it tries of one for all."""


KINDS = ("reinmax", "minimum_variance", "gumbel_rao", "decoupled_straight_through")
"""One estimator of each kind: W symmetric, W not symmetric, noise in the backward pass, another
distribution of the sample. What tries the binding and not the formula meets these alone, unless the
suite is run with ``--whole``."""


def cases_of(dtype: str, estimator: str, is_slow: bool) -> list[Case]:
    """The cases of an estimator in a mode, which may take long for each."""
    if estimator in EVERY_CASE:
        return telling_cases(dtype) if is_slow else every_case(dtype)
    return _few_cases(dtype) if is_slow else telling_cases(dtype)


def every_case(dtype: str) -> list[Case]:
    """Every shape in float32, and two telling shapes with every kind of tau in every dtype."""
    kinds = [
        Case(name, shape, -1, tau, is_array)
        for name, shape in (("rank-2", PLAIN), ("two-stages", LONG))
        for tau, is_array in TAUS
    ]
    shapes = [Case(s.name, s.shape, s.axis, 1.5) for s in SHAPES] if dtype == "float32" else []
    return list(dict.fromkeys([*shapes, *kinds]))


def telling_cases(dtype: str) -> list[Case]:
    """Few, for a mode in which every case takes long; each dtype meets a stage, an axis, a tau."""
    return {
        "float16": [Case("rank-2", PLAIN, -1, 1.5, tau_is_array=True)],
        "bfloat16": [Case("two-stages", LONG, -1, 1.5)],
        "float32": [
            Case("empty-batch", (0, 4), -1, 1.5),
            Case("rank-3-middle-axis", (2, 6, 3), -2, 1.5, tau_is_array=True),
            Case("two-stages", LONG, -1, 1.0),
            Case("rank-2", PLAIN, -1, 1.0),  # inductor of 2.13 miscompiles scatter_add here
        ],
        "float64": [Case("rank-2-first-axis", PLAIN, -2, 1.0, tau_is_array=True)],
    }[dtype]


def _few_cases(dtype: str) -> list[Case]:
    """One, with long rows and an array of a tau."""
    return [Case("two-stages", LONG, -1, 1.5, tau_is_array=True)] if dtype == "float32" else []
