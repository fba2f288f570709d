"""Logits, cotangents, temperatures and samples as no user would choose them.

An array is a seed for ordinary numbers, a scale, and a list of edits, so that a failing example
shrinks to few edits of a plain array. Its categories lie last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
import numpy as np

from tests.conformance.cases import Case

SHAPES = ((3, 5), (4,), (1, 1), (2, 2), (0, 3), (2, 3, 4), (2, 100))
WIDE = {"float16": 1e3, "bfloat16": 1e30, "float32": 1e30, "float64": 1e100}
"""Sums of a few hundred of these do not overflow, and neither do they after a division by tau."""

ROWS: dict[str, Callable[[np.ndarray], Any]] = {
    "no distribution": lambda row: np.full_like(row, -np.inf),
    "one open category": lambda row: np.where(np.arange(row.size) == row.size // 2, row, -np.inf),
    "half masked": lambda row: np.where(np.arange(row.size) % 2, row, -np.inf),
    "equal": lambda row: np.zeros_like(row),
    "nearly certain": lambda row: np.where(np.arange(row.size) == row.size // 2, row + 70, row),
}


@dataclass(frozen=True)
class Tau:
    """A temperature, and the form in which it is handed over: an array of a dtype, or a number."""

    value: float
    form: str

    def given(self, driver: Any) -> Any:
        """The argument, and its exact value."""
        if self.form == "int":
            return int(self.value)
        if self.form in ("float", "float32", "float64"):
            return getattr(np, self.form)(self.value) if self.form != "float" else self.value
        return driver.asarray(np.asarray(self.value), self.form.removeprefix("array of "))


def taus(estimator: str, dtypes: Sequence[str]) -> st.SearchStrategy[Tau]:
    """All values are exact in every dtype."""
    low = [0.25, 0.5, 0.75] if estimator == "straight_through" else []
    plain = st.builds(
        Tau,
        st.sampled_from([1.0, 1.25, 2.0, 100.0, *low]),
        st.sampled_from(["float", "float32", "float64", *(f"array of {name}" for name in dtypes)]),
    )
    return plain | st.builds(Tau, st.sampled_from([1.0, 2.0, 3.0]), st.just("int"))


@st.composite
def arrays(
    draw: st.DrawFn, shape: tuple[int, ...], scales: Sequence[float], specials: Sequence[float]
) -> np.ndarray:
    """Ordinary numbers, up to six of them replaced by special ones."""
    seed, scale = draw(st.integers(0, 2**16)), draw(st.sampled_from(scales))
    array = scale * np.random.default_rng(seed).standard_normal(shape)
    if array.size:
        places = st.integers(0, array.size - 1)
        for place, special in draw(
            st.lists(st.tuples(places, st.sampled_from(specials)), max_size=6)
        ):
            array.flat[place] = special
    return array


@st.composite
def logits(draw: st.DrawFn, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Masks, rows without a distribution, certain rows; from 1e-3 to 1e4."""
    largest = [0.0, -0.0, 1e4, -1e4, WIDE[dtype], -WIDE[dtype]]
    bad = draw(st.sampled_from([[], [np.nan, np.inf]]))
    array = draw(arrays(shape, [1.0, 1e-3, 30.0, 1e4], [-np.inf, *largest, *bad]))
    rows = array.reshape(-1, shape[-1])
    if len(rows):
        kinds = st.tuples(st.integers(0, len(rows) - 1), st.sampled_from(sorted(ROWS)))
        for row, kind in draw(st.lists(kinds, max_size=3)):
            rows[row] = ROWS[kind](rows[row])
    return array


def vectors(shape: tuple[int, ...], dtype: str) -> st.SearchStrategy[np.ndarray]:
    """Cotangents and tangents; in every other array some are not finite."""
    finite = [0.0, 1.0, WIDE[dtype], -WIDE[dtype]]
    scales = [1.0, 1e-3, WIDE[dtype] / 10]
    return arrays(shape, scales, finite) | arrays(shape, scales, [*finite, np.nan, np.inf, -np.inf])


@dataclass(frozen=True)
class Example:
    """The numbers of one call, with the categories last, and how to make the arguments of them."""

    case: Case
    dtype: str
    tau: Tau
    logits: np.ndarray
    g: np.ndarray
    h: np.ndarray
    seed: int
    sample: np.ndarray | None
    sample_dtype: str
    layouts: tuple[str | None, ...]


@st.composite
def examples(
    draw: st.DrawFn, estimator: str, dtypes: Sequence[str], layouts: Sequence[str]
) -> Example:
    """Of every shape, axis, dtype and layout; the sample is drawn or given."""
    shape, dtype = draw(st.sampled_from(SHAPES)), draw(st.sampled_from(dtypes))
    tau = draw(taus(estimator, dtypes))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    outer = np.moveaxis(np.empty(shape), -1, axis).shape
    sample = None
    if draw(st.booleans()):
        generator = np.random.default_rng(draw(st.integers(0, 2**16)))
        sample = generator.integers(shape[-1], size=shape[:-1])
        if sample.size and draw(st.sampled_from([False, False, True])):
            sample.flat[0] = draw(st.sampled_from([-1, shape[-1], 127, -128]))
    arrangements = [None, *layouts] if len(shape) > 1 else [None]
    return Example(
        Case("fuzz", outer, axis, tau.value),
        dtype,
        tau,
        draw(logits(shape, dtype)),
        draw(vectors(shape, dtype)),
        draw(vectors(shape, dtype)),
        draw(st.integers(0, 2**31 - 1)),
        sample,
        draw(st.sampled_from(["int64", "int32", "int8"])),
        tuple(draw(st.sampled_from(arrangements)) for _ in range(3)),
    )
