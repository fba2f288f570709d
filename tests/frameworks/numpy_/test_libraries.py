"""Promise: the reference runs on each array-API library, with the numbers that it has on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import array_api_strict
import dask.array
import mlx.core
import ndonnx
import numpy as np
import pytest

import reinmax_multi.numpy
from reinmax_multi import estimators


def _in_two_chunks(values: np.ndarray) -> Any:
    return dask.array.from_array(values, chunks=(3, *values.shape[1:]))


LIBRARIES: dict[str, tuple[Callable[[np.ndarray], Any], Callable[[Any], np.ndarray]]] = {
    "array-api-strict": (array_api_strict.asarray, np.asarray),
    "dask": (_in_two_chunks, np.asarray),
    "mlx": (mlx.core.array, np.asarray),
    "ndonnx": (ndonnx.asarray, lambda array: array.unwrap_numpy()),
}
LACKS = {("ndonnx", "minimum_variance")}
each_library = pytest.mark.parametrize("library", LIBRARIES)


def results(name: str, convert: Callable[[np.ndarray], Any], size: int, given: bool) -> list[Any]:
    """All that the reference returns; one row is masked and one has no distribution, and vectors
    have the length 1, so that errors are in units of them.
    """
    generator = np.random.default_rng(size)
    logits, g, h, v = generator.normal(size=(4, 6, size)).astype(np.float32)
    g, h, v = (vector / np.linalg.norm(vector, axis=-1, keepdims=True) for vector in (g, h, v))
    logits[1, ::2] = -np.inf
    logits[4] = np.nan
    sample = convert(generator.integers(size // 2, size=6) * 2 + 1) if given else None
    tau = 1.5 if getattr(estimators, name).greatest_tau > 1 else 1.0
    bound = getattr(reinmax_multi.numpy, name)
    outputs, derivative = bound(convert(logits), tau, rng=np.random.default_rng(0), sample=sample)
    pulled = derivative.pullback(convert(g), convert(h))
    return [*outputs, pulled, *derivative.pushforward(convert(v))]


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize(("size", "given"), [(5, True), (70, False)], ids=["given", "drawn"])
@pytest.mark.parametrize("name", estimators.__all__)
@each_library
def test_the_numbers_are_those_of_numpy(library: str, name: str, size: int, given: bool) -> None:
    convert, back = LIBRARIES[library]
    if (library, name) in LACKS:
        with pytest.raises(NotImplementedError, match=r"library that has linalg .*got one of"):
            results(name, convert, size, given)
        return
    expected = results(name, np.asarray, size, given)
    for actual, wanted in zip(results(name, convert, size, given), expected, strict=True):
        assert np.abs(back(actual) - wanted)[:4].max() <= 8 * np.finfo(np.float32).eps
        assert np.isnan(back(actual)[4]).all()


@each_library
def test_a_temperature_may_be_an_array_of_the_library_or_of_numpy(library: str) -> None:
    convert, back = LIBRARIES[library]
    logits = convert(np.zeros((6, 3), np.float32))
    sample = convert(np.array([0, 1, 2, 0, 1, 2]))
    g = convert(np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32))
    one = convert(np.array([1.5], np.float32)) if library != "dask" else np.array([1.5])
    taus = [1.5, np.array(1.5), np.array([1.5]), one]
    first, *others = (
        back(reinmax_multi.numpy.reinmax(logits, tau, sample=sample)[1].pullback(g)) for tau in taus
    )
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-6, atol=1e-7)


@each_library
def test_the_outputs_are_arrays_of_the_library(library: str) -> None:
    convert, _ = LIBRARIES[library]
    logits = convert(np.zeros((6, 3), np.float32))
    (hard, soft), derivative = reinmax_multi.numpy.reinmax(logits)
    for array in (hard, soft, derivative.pullback(logits)):
        assert type(array) is type(logits)


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("size", [5, 70])
@each_library
def test_categories_and_mixtures_are_those_of_numpy(library: str, size: int) -> None:
    convert, back = LIBRARIES[library]
    logits = np.random.default_rng(size).normal(size=(6, size)).astype(np.float32)
    logits[1, ::2] = -np.inf
    logits[4] = np.nan

    def run(logits: Any) -> list[Any]:
        rng = np.random.default_rng(0)
        return [
            reinmax_multi.numpy.draw(logits, sample_shape=(2, 3), rng=rng),
            reinmax_multi.numpy.draw(logits, rng=rng),
            reinmax_multi.numpy.mode(logits),
            reinmax_multi.numpy.unimix(logits, 0.1),
        ]

    for actual, expected in zip(run(convert(logits)), run(logits), strict=True):
        np.testing.assert_allclose(back(actual), expected, rtol=1e-5)
