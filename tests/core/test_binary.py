"""Binary variables: the same numbers as rows of two, and the distribution that is drawn."""

from __future__ import annotations

import array_api_compat.numpy
import numpy as np
import pytest

from reinmax_multi import Estimator, Jacobians, Parameter, estimators
from reinmax_multi._core import binary, gradient
from reinmax_multi._core.grid import GRID
from reinmax_multi._core.passes import ROWS, VARIABLES, passes
from reinmax_multi._core.residuals import Saved
from reinmax_multi._core.weights import of_jacobians, of_product
from tests.oracles.settings import SETTINGS

from .closeness import assert_close

COUNT = 4000
TAUS = (None, 1.0, 1.5, 3.0)
POINTS = (-60.0, -17.0, -3.0, -1e-8, 0.0, 0.3, 2.0, 17.0, 60.0)


def pair(array):
    """Rows of two, of which the first entry is 0."""
    return np.concatenate([np.zeros_like(array), array], -1)


def taus_of(record):
    return [tau for tau in TAUS if tau in (None, 1.0) or tau <= record.greatest_tau]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", estimators.__all__)
def test_the_same_noise_gives_the_values_and_derivatives_of_rows_of_two(xp, name, dtype):
    record, generator = getattr(estimators, name), np.random.default_rng(1)
    settings = SETTINGS.get(name, {})
    forward_tau = settings.get("forward_tau", 1.0)
    logits, g, h, v = (generator.normal(size=(4, COUNT, 1)) * [[[4.0]], *[[[1.0]]] * 3]).astype(
        dtype
    )
    noise = generator.integers(GRID, size=(COUNT, 1))
    words = generator.integers(GRID, size=(COUNT, 2))

    def both(function, *arrays, categories, **options):
        return function(xp, *map(xp.asarray, arrays), xp.arange(categories), **options)

    drawn = {"noise": xp.asarray(noise), "forward_tau": forward_tau}
    two = both(gradient.forward, pair(logits), categories=2, **drawn)
    one = both(binary.forward, logits, categories=1, **drawn)
    two_saved = Saved(xp.asarray(pair(logits)), two[1], two[2], xp.asarray(words))
    one_saved = Saved(xp.asarray(logits), one[1], one[2], xp.asarray(words))
    assert np.array_equal(np.asarray(two[0])[:, 1:], np.asarray(one[0]))
    assert_close(one[1], np.asarray(two[1])[:, 1:], 1.0, dtype)
    largest = 1 + np.abs(g) + np.abs(h) + np.abs(v)
    for tau in taus_of(record):
        for cotangents in ((g, h), (g, None), (None, h)):
            rows = [None if each is None else xp.asarray(pair(each)) for each in cotangents]
            each = [None if each is None else xp.asarray(each) for each in cotangents]
            right = gradient.pullback(xp, record, settings, two_saved, xp.arange(2), *rows, tau)
            result = binary.pullback(
                xp, binary.binary(record), settings, one_saved, xp.arange(1), *each, tau
            )
            assert_close(result, np.asarray(right)[:, 1:], largest, dtype)
        tangent = xp.asarray(pair(v))
        right = gradient.pushforward(xp, record, settings, two_saved, xp.arange(2), tangent, tau)
        results = binary.pushforward(
            xp, binary.binary(record), settings, one_saved, xp.arange(1), xp.asarray(v), tau
        )
        for result, expected in zip(results, right, strict=True):
            assert_close(result, np.asarray(expected)[:, 1:], largest, dtype)


def draw(logits, noise, dtype):
    logits = np.full((len(noise), 1), logits, dtype)
    return binary.forward(array_api_compat.numpy, logits, None, noise=noise[:, None])[0][:, 0]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("point", POINTS)
def test_the_distribution_of_the_draw_is_the_logistic(point, dtype):
    """The values are 0 up to a noise and 1 from there on; bisection finds it, exactly."""
    point = float(np.dtype(dtype).type(point))
    least, first_one = -1, GRID
    while first_one - least > 1:
        middle = (least + first_one) // 2
        if draw(point, np.array([middle]), dtype)[0] == 1:
            first_one = middle
        else:
            least = middle
    zero = 1 / (1 + np.exp(point))
    digits = 2**-52 if dtype == "float64" else 2**-23
    allowed = 0.5 / GRID + 8 * digits * min(zero, 1 - zero)
    assert abs(first_one / GRID - zero) <= allowed


def test_the_values_are_monotonous_in_the_noise():
    noise = np.sort(np.random.default_rng(0).integers(GRID, size=100000))
    for point in POINTS:
        values = draw(point, noise, "float32")
        assert np.all(np.diff(values) >= 0)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_what_is_certain_is_drawn_by_any_noise(dtype):
    ends = np.array([0, 1, GRID // 2, GRID - 2, GRID - 1])
    for point, value in ((np.inf, 1), (-np.inf, 0), (40.0, 1), (-40.0, 0)):
        assert np.array_equal(draw(point, ends, dtype), np.full(len(ends), value))


def test_the_passes_are_those_of_the_record():
    assert passes(estimators.reinmax) == ROWS
    assert passes(binary.binary(estimators.reinmax)) == VARIABLES


@pytest.mark.parametrize("name", estimators.__all__)
def test_each_of_the_family_has_a_weight_of_one_number(name):
    """No row of two is made for it."""
    record = getattr(estimators, name)
    assert (record.jacobians is None) != (record.binary_weight is None)


def star(xp, residuals, vector, tau, *, scale=1.0):
    one_hot = residuals.categories == residuals.index
    return scale * xp.where(one_hot, vector, xp.zeros_like(vector)) + tau * residuals.soft * vector


def test_a_record_without_a_weight_is_called_with_rows_of_two():
    record = binary.binary(Estimator("star", star))
    variables = binary.Variables(
        np.array([[0.5], [np.inf], [-np.inf]]), np.array([[0.0], [1.0], [1.0]]), np.arange(1)
    )
    weight = record.weight(array_api_compat.numpy, variables, 2.0)
    p = 1 / (1 + np.exp(-0.5))
    np.testing.assert_allclose(weight, [[2 * p], [3.0], [1.0]], rtol=1e-15)


def test_the_weight_of_a_record_is_held_to_its_product():
    def right(xp, variables, tau):
        return of_product(star)(xp, variables, tau)

    def wrong(xp, variables, tau):
        return 1.01 * right(xp, variables, tau)

    assert Estimator("star", star, binary_weight=right).binary_weight is right
    with pytest.raises(ValueError, match=r"binary_weight of star is not that of its product, tri"):
        Estimator("star", star, binary_weight=wrong)
    with pytest.raises(TypeError, match="binary_weight of star must be a function, got 1"):
        Estimator("star", star, binary_weight=1)


def test_a_weight_gets_the_settings():
    seen = []

    def weight(xp, variables, tau, *, scale):
        seen.append(scale)
        return of_product(star)(xp, variables, tau, scale=scale)

    parameters = (Parameter("scale", 2.0, "A factor."),)
    Estimator("star", star, binary_weight=weight, parameters=parameters)
    assert seen == [2.0]


def test_no_jacobians_weigh_nothing():
    variables = binary.Variables(np.ones((3, 1)), np.ones((3, 1)), np.arange(1))
    weight = of_jacobians(Jacobians())(array_api_compat.numpy, variables, 1.5)
    assert np.array_equal(weight, np.zeros((3, 1)))
