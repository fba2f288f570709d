"""The categorical draw: its distribution, computed exactly, and its whole numbers."""

from __future__ import annotations

import array_api_compat.numpy as compat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinmax_multi._core import draw as core
from reinmax_multi._core import grid
from reinmax_multi._core.algebra import softmax
from tests.oracles.induced import draw, draw_rows, enumerated, induced

GRID = 2**30
LARGEST_TOTAL = GRID + 2**16
SIZES = (1, 2, 10, 32, 64, 65, 1000, 50257, 131072)


def flat(size):
    return np.zeros(size)


def peaked(size):
    return np.where(np.arange(size) == size // 3, 12.0, 0.0)


def zipf(size):
    return -np.log1p(np.random.default_rng(size).permutation(size))


def normal(size):
    return 3.0 * np.random.default_rng(size).normal(size=size)


def masked(size):
    """Half of the row, its ends and whole stretches among it, has probability 0."""
    keep = np.random.default_rng(size).random(size) < 0.5
    keep[[0, -1]] = False
    keep[size // 4 : size // 2] = False
    keep[size // 2] = True
    return np.where(keep, normal(size), -np.inf)


each_row = pytest.mark.parametrize(
    ("kind", "size"),
    [(kind, size) for kind in (flat, peaked, zipf, normal, masked) for size in SIZES],
    ids=lambda value: getattr(value, "__name__", value),
)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def probabilities_of(logits):
    return softmax(compat, logits)


def exact_softmax(logits):
    weights = np.exp(logits.astype(np.float64) - logits.max())
    return weights / weights.sum()


@each_dtype
@each_row
def test_induced_distribution_is_softmax(kind, size, dtype):
    logits = kind(size).astype(dtype)
    p, q = exact_softmax(logits), induced(probabilities_of(logits)).probabilities(size)
    assert abs(q.sum() - 1) < 1e-12
    assert np.abs(q - p).sum() / 2 < 1e-6
    likely = p > 1e-6
    assert np.all(np.abs(q - p)[likely] < 1e-3 * p[likely])
    assert np.all(q[p == 0] == 0)


@each_dtype
@each_row
def test_first_and_last_noise_of_every_category_choose_it(kind, size, dtype):
    """Together with monotony this proves that the distribution above is the draw's own."""
    probabilities = probabilities_of(kind(size).astype(dtype))
    categories, first, last = induced(probabilities).corners(size, most=1500)
    assert np.array_equal(draw(probabilities, first), categories)
    assert np.array_equal(draw(probabilities, last), categories)


@each_dtype
@each_row
def test_extreme_noise_lands_on_a_category_of_positive_probability(kind, size, dtype):
    probabilities = probabilities_of(kind(size).astype(dtype))
    ends = np.array([0, GRID - 1])
    noise = np.stack(np.meshgrid(*[ends] * core.stages(size)), -1).reshape(-1, core.stages(size))
    drawn = draw(probabilities, noise)
    assert np.all((drawn >= 0) & (drawn < size))
    assert np.all(probabilities[drawn] > 0)


@each_dtype
@each_row
def test_totals_stay_in_the_range_where_32_bits_suffice(kind, size, dtype):
    stages = induced(probabilities_of(kind(size).astype(dtype)))
    for stage in (stages.first, stages.inside):
        if stage is not None:
            assert stage.total.min() > 0
            assert stage.total.max() <= LARGEST_TOTAL


@pytest.mark.parametrize("limb", [4, 8])
@given(weights=st.lists(st.integers(0, 40), min_size=1, max_size=7).filter(any))
def test_closed_form_is_what_enumeration_gives_on_a_small_grid(limb, weights):
    probabilities = np.array(weights) / sum(weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "LIMB", limb)
        patch.setattr(grid, "GRID", limb**2)
        expected = induced(probabilities).probabilities(len(weights))
        assert np.array_equal(enumerated(probabilities), expected)


@given(weights=st.lists(st.integers(0, 40), min_size=4, max_size=13).filter(any))
def test_closed_form_is_what_enumeration_gives_in_two_stages(weights):
    probabilities = np.array(weights) / sum(weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core, "LONGEST_SINGLE_STAGE", 3)
        patch.setattr(grid, "LIMB", 8)
        patch.setattr(grid, "GRID", 64)
        expected = induced(probabilities).probabilities(len(weights))
        assert np.array_equal(enumerated(probabilities), expected)


@given(
    noise=st.integers(0, GRID - 1) | st.integers(GRID - 9, GRID - 1),
    total=st.integers(0, LARGEST_TOTAL) | st.integers(GRID - 9, LARGEST_TOTAL),
)
def test_scale_is_exact_and_never_leaves_32_bits(noise, total):
    exact = noise * total // GRID
    assert grid._scale_by_limbs(InThirtyTwoBits(noise), InThirtyTwoBits(total)) == exact
    for dtype in (np.int32, np.int64):
        assert grid.scale(compat, np.array([noise], dtype), np.array([total], np.int32)) == exact


def in_thirty_two_bits(operation):
    def checked(self, other):
        value = operation(self, other)
        assert -(2**31) <= value < 2**31, f"{value} does not fit in int32"
        return InThirtyTwoBits(value)

    return checked


class InThirtyTwoBits(int):
    """A whole number whose arithmetic fails where int32 would wrap around."""

    __add__ = __radd__ = in_thirty_two_bits(int.__add__)
    __mul__ = __rmul__ = in_thirty_two_bits(int.__mul__)
    __floordiv__ = in_thirty_two_bits(int.__floordiv__)
    __mod__ = in_thirty_two_bits(int.__mod__)


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@given(
    size=st.integers(1, 90),
    garbage=st.lists(
        st.tuples(st.integers(0, 89), st.sampled_from([np.nan, np.inf, -np.inf])), min_size=1
    ),
    noise=st.tuples(st.integers(0, GRID - 1), st.integers(0, GRID - 1)),
)
def test_index_is_in_range_even_for_a_row_without_a_distribution(size, garbage, noise):
    logits = np.zeros(size, np.float32)
    for place, value in garbage:
        logits[place % size] = value
    for row in (probabilities_of(logits), logits):
        (drawn,) = draw(row, np.array([noise[: core.stages(size)]]))
        assert 0 <= drawn < size


@pytest.mark.parametrize("excess", [-1e-3, 1e-3])
def test_totals_stay_in_range_for_a_long_row_whose_sum_is_off(excess):
    """XLA on a CPU adds a float32 row up in order: 2**20 near-equal categories sum to 1.0004."""
    probabilities = probabilities_of(normal(1000)) * (1 + excess)
    stages = induced(probabilities)
    assert max(stages.first.total.max(), stages.inside.total.max()) <= LARGEST_TOTAL
    assert np.abs(stages.probabilities(1000) - exact_softmax(normal(1000))).sum() / 2 < 1e-6


def test_a_row_of_a_million_categories():
    size = 2**20
    probabilities = probabilities_of(normal(size).astype(np.float32))
    stages = induced(probabilities)
    assert max(stages.first.total.max(), stages.inside.total.max()) <= LARGEST_TOTAL
    assert np.abs(stages.probabilities(size) - exact_softmax(normal(size))).sum() / 2 < 1e-6
    categories, first, last = stages.corners(size, most=200)
    assert np.array_equal(draw(probabilities, first), categories)
    assert np.array_equal(draw(probabilities, last), categories)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("size", [1, 10, 64, 65, 1000])
def test_every_namespace_draws_the_same(xp, size, dtype):
    generator = np.random.default_rng(size)
    rows = np.stack([probabilities_of(generator.normal(size=size)) for _ in range(50)])
    noise = generator.integers(GRID, size=(50, core.stages(size)), dtype=dtype)
    drawn = draw_rows(xp, xp.asarray(rows), xp.asarray(noise))
    assert drawn.shape == (50, 1)
    single = [draw(row, one[None])[0] for row, one in zip(rows, noise, strict=True)]
    assert np.asarray(drawn)[:, 0].tolist() == single
    in_two_axes = draw_rows(
        xp, xp.asarray(rows.reshape(5, 10, -1)), xp.asarray(noise.reshape(5, 10, -1))
    )
    assert np.asarray(in_two_axes).reshape(50).tolist() == single


def test_each_row_has_its_own_noise_and_any_batch_shape():
    probabilities = np.broadcast_to(np.full(4, 0.25), (2, 3, 4))
    noise = np.array(
        [[[0], [GRID // 4], [GRID // 2]], [[GRID - 1], [GRID // 4 - 1], [1]]], np.int32
    )
    drawn = draw_rows(compat, probabilities, noise)
    assert drawn[..., 0].tolist() == [[0, 1, 2], [3, 0, 0]]


@pytest.mark.parametrize(
    ("size", "number"), [(None, 1), (1, 1), (64, 1), (65, 2), (131072, 2)], ids=str
)
def test_number_of_stages(size, number):
    assert core.stages(size) == number


@each_dtype
@pytest.mark.parametrize("kind", [flat, peaked, masked], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("size", [1, 2, 10, 64, 65, 256, 1000, 50257])
def test_each_of_several_is_the_one_that_its_noise_draws(kind, size, dtype):
    rows = np.stack([kind(size), np.roll(kind(size), 1)]).astype(dtype)
    probabilities = probabilities_of(rows)
    blocks = core.block_sums(compat, probabilities)
    noise = np.random.default_rng(size).integers(GRID, size=(2, 40, core.stages(size)))
    noise[:, 0], noise[:, 1] = 0, GRID - 1
    categories = np.arange(size)
    several = core.draw_several(compat, probabilities, blocks, noise, categories)
    one_by_one = [
        core.draw(compat, probabilities, blocks, noise[:, sample], categories)
        for sample in range(40)
    ]
    assert np.array_equal(several, np.concat(one_by_one, axis=-1))
