"""What is aimed at: bounds on ours relative to the fastest peer of the same framework and mode."""

from __future__ import annotations

from benchmarks.common.contract import Shape

OVERHEAD = (64, 10)
LANGUAGE_MODEL = (128, 50257)
BOUND_BY_MEMORY = 500_000  # elements; below it, calls cost more than numbers


def of_fastest_peer(framework: str, mode: str, shape: Shape, tau: float) -> float | None:
    """The largest ratio to the fastest peer; None where nothing is aimed at."""
    rows, categories = shape
    if shape == OVERHEAD:
        return 1.2
    if rows * categories < BOUND_BY_MEMORY:
        return None
    if framework == "torch":
        return 0.30 if mode == "eager" and tau == 1 else 0.45
    if framework == "tf":
        return 0.40 if mode == "compiled" else 0.90
    if categories >= 32:
        return 0.40
    return 0.80 if categories <= 8 else None


def of_original(mode: str, shape: Shape, tau: float) -> float | None:
    """The largest ratio to the original package, which is PyTorch only."""
    if shape == OVERHEAD:
        return 0.9
    if mode != "eager":
        return None
    return 0.25 if tau == 1 else 0.40


def of_copy(mode: str, shape: Shape) -> float | None:
    """The least share of the copy bandwidth, of compiled programs."""
    return 0.30 if mode == "compiled" and shape == LANGUAGE_MODEL else None
