"""The hash noise is what its description says, and looks like independent uniform numbers.

Every statistic is a chi-square over cells of equal probability. The words are fixed, so a test
passes always or never; of good noise, one of these would fail once in a million.
"""

from __future__ import annotations

import itertools

import array_api_compat.numpy
import numpy as np
import pytest

from reinmax_multi import Residuals
from reinmax_multi._core import grid, gumbel
from reinmax_multi._core.algebra import from_sample
from reinmax_multi._core.hash import log_uniform
from reinmax_multi._core.namespace import Native
from tests.oracles import noise
from tests.oracles.chance import chi_square_tail

RARELY = 1e-6
ROWS, SAMPLES, SIZE = 2048, 8, 64
CELLS = 16


def residuals(xp, words, size=SIZE, dtype="float64"):
    """What the noise looks at: the words, the categories and the dtype."""
    soft = xp.zeros((*words.shape[:-1], size), dtype=getattr(xp, dtype))
    return Residuals(soft, soft, None, xp.arange(size), xp.asarray(words))


def uniforms(words, size=SIZE, samples=SAMPLES):
    """(samples, ..., size)."""
    at = residuals(array_api_compat.numpy, words, size)
    return np.exp(log_uniform(array_api_compat.numpy, at, at.categories, 0, samples, axis=-1))


def sequential():
    """The words of neighbouring rows in steps of 1, the worst that a seed can be."""
    first, second = np.divmod(np.arange(ROWS), 32)
    return np.stack([first, second], axis=-1)


def drawn():
    return np.random.default_rng(0).integers(grid.GRID, size=(ROWS, 2))


WORDS = {"sequential": sequential(), "drawn": drawn()}
each_words = pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)


def assert_uniform(cells, count):
    """Whole numbers 0 .. count - 1 are equally frequent."""
    observed = np.bincount(np.ravel(cells), minlength=count)
    expected = observed.sum() / count
    statistic = ((observed - expected) ** 2).sum() / expected
    assert chi_square_tail(statistic, count - 1) > RARELY, (
        f"chi-square {statistic:.1f} in {count} cells"
    )


def cells(u, count=CELLS):
    return np.floor(u * count).astype(int)


def assert_independent(one, other):
    assert_uniform(cells(one) * CELLS + cells(other), CELLS**2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("first", [0, 5])
def test_noise_is_the_hash_in_unsigned_words(xp, dtype, first):
    words = np.random.default_rng(1).integers(grid.GRID, size=(3, 4, 2))
    at = residuals(xp, words, 7, dtype)
    actual = np.asarray(log_uniform(xp, at, at.categories, first, 6, axis=-1))
    expected = -noise.exponential(words, first + 6, 7)[first:]
    assert actual.dtype == dtype
    np.testing.assert_allclose(actual, expected, rtol=4 * np.finfo(dtype).eps)
    index = xp.asarray(np.random.default_rng(2).integers(7, size=(3, 4, 1)))
    some = np.asarray(log_uniform(xp, at, index, first, 6, axis=-1))
    taken = np.take_along_axis(actual, np.broadcast_to(np.asarray(index), (6, 3, 4, 1)), -1)
    assert np.array_equal(some, taken)


@each_words
def test_high_and_low_bits_are_uniform(words):
    u = uniforms(words)
    assert np.all((u > 0) & (u < 1))
    assert_uniform(cells(u, 1024), 1024)
    assert_uniform(np.round(u * 2**23 - 0.5).astype(int) % 256, 256)


@each_words
@pytest.mark.parametrize("lag", [1, 2, 3, 16, 32])
def test_categories_are_independent(words, lag):
    u = uniforms(words)
    assert_independent(u[..., :-lag], u[..., lag:])


@each_words
@pytest.mark.parametrize("lag", [1, 2, 4])
def test_samples_are_independent(words, lag):
    u = uniforms(words)
    assert_independent(u[:-lag], u[lag:])


@each_words
@pytest.mark.parametrize("lag", [1, 31, 32, 33, 64])
def test_rows_are_independent(words, lag):
    u = uniforms(words)
    assert_independent(u[:, :-lag], u[:, lag:])


@pytest.mark.parametrize("bit", range(30))
@pytest.mark.parametrize("word", [0, 1])
def test_one_bit_of_a_word_changes_everything(word, bit):
    words = drawn()[:512]
    changed = words.copy()
    changed[:, word] ^= 1 << bit
    assert_independent(uniforms(words), uniforms(changed))


def test_a_row_and_a_sample_and_a_category_are_no_mere_sum():
    """Shifted along two of the three at once, the noise is another."""
    u = uniforms(sequential())
    for (s, r, k), (t, q, j) in itertools.combinations(itertools.product([0, 1], repeat=3), 2):
        one = u[s : SAMPLES - 1 + s, r : ROWS - 1 + r, k : SIZE - 1 + k]
        other = u[t : SAMPLES - 1 + t, q : ROWS - 1 + q, j : SIZE - 1 + j]
        assert_independent(one, other)


@pytest.mark.parametrize("sample", range(3))
def test_independent_of_words_that_draw_the_sample(sample):
    """The forward noise of a row and its words, from one stream."""
    stream = np.random.default_rng(3).integers(grid.GRID, size=(200_000, 3))
    u = uniforms(stream[:, 1:], size=2, samples=3)[sample]
    for category in range(2):
        assert_independent(stream[:, 0] / grid.GRID, u[:, category])


@pytest.mark.parametrize(("chunk", "most"), [(1, 40), (100, 80), (10**6, 440)])
def test_samples_come_in_chunks_of_bounded_size(monkeypatch, xp, chunk, most):
    """8 rows of 5 categories, 11 samples: the same mean, from noise that is never longer."""
    made = []

    def recorded(*arguments, **options):
        result = log_uniform(*arguments, **options)
        made.append(int(np.prod(result.shape)))
        return result

    monkeypatch.setattr(gumbel, "log_uniform", recorded)
    at, vector = problem(xp, 8, 5)
    whole = np.asarray(gumbel.mean_product(xp, at, vector, 0.7, 11))
    made.clear()
    monkeypatch.setattr(Native, "chunk", lambda _: chunk)
    parts = np.asarray(gumbel.mean_product(xp, at, vector, 0.7, 11))
    np.testing.assert_allclose(parts, whole, rtol=1e-13, atol=1e-15)
    assert max(made) == most


@pytest.mark.parametrize("tau", [1, 0.7])
@pytest.mark.parametrize("rows", [(), (3,), (4, 3)])
@pytest.mark.parametrize("is_offset", [False, True])
def test_short_rows_are_laid_out_otherwise_for_the_same_mean(monkeypatch, xp, tau, rows, is_offset):
    at, vector = problem(xp, *rows, 5)
    log_offset = xp.sum(at.soft, axis=-1, keepdims=True) - 1.5 if is_offset else None
    means = []
    for most in (4, 5):
        monkeypatch.setattr(gumbel, "SHORT", most)
        mean = gumbel.mean_product(xp, at, vector, tau, 11, log_offset=log_offset)
        means.append(np.asarray(mean))
    np.testing.assert_allclose(*means, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("shape", [(5,), (3, 5), (4, 3, 5)])
def test_noise_with_categories_first_is_the_same(xp, shape):
    at, _ = problem(xp, *shape)
    last = np.asarray(log_uniform(xp, at, at.categories, 2, 6, axis=-1))
    column = xp.reshape(at.categories, (5, *[1] * (len(shape) - 1)))
    first = np.asarray(log_uniform(xp, at, column, 2, 6, axis=0))
    np.testing.assert_array_equal(first, np.moveaxis(last, -1, 1))


def problem(xp, *shape):
    """Residuals of a batch, and a vector for each row, with zero at the sample."""
    generator = np.random.default_rng(4)
    logits, vector = (xp.asarray(part) for part in generator.normal(size=(2, *shape)))
    soft = xp.exp(logits) / xp.sum(xp.exp(logits), axis=-1, keepdims=True)
    index = xp.asarray(generator.integers(shape[-1], size=(*shape[:-1], 1)))
    words = xp.asarray(generator.integers(grid.GRID, size=(*shape[:-1], 2)))
    at = Residuals(logits, soft, index, xp.arange(shape[-1]), words)
    return at, from_sample(xp, vector, index)
