"""How the estimators are related, and what the docstrings of the family claim, on the reference."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reinmax_multi.numpy as bound
from reinmax_multi import Estimator, estimators
from reinmax_multi._core.algebra import from_sample
from reinmax_multi._core.gumbel import mean_product
from reinmax_multi._core.namespace import Native
from reinmax_multi.numpy._rows import core_for
from tests.oracles.dense import jacobian, softmax

from .closeness import assert_close

RARELY = 1e-6
"""The false-alarm rate of a comparison of samples; the seeds are fixed."""

rows = st.lists(st.integers(-48, 48).map(lambda k: k / 8), min_size=1, max_size=7).map(np.array)
samples = st.integers(0, 6)
random_ones = pytest.mark.parametrize(
    "name", [name for name in estimators.__all__ if getattr(estimators, name).backward_noise]
)


def weight(function, logits, sample, *, tau=1.0, **parameters):
    """W, column by column: the pullback of each unit vector at one sample."""
    size = len(logits)
    given = np.full(size, sample)
    _, derivative = function(np.tile(logits, (size, 1)), tau, sample=given, **parameters)
    return derivative.pullback(np.eye(size)).T


def repeated(function, logits, g, *, tau, draws, seed=0, sample=None, **parameters):
    """The gradient for each of many draws, and the categories drawn."""
    rng = np.random.default_rng(seed)
    given = None if sample is None else np.full(draws, sample)
    tiled = np.tile(logits, (draws, 1))
    (hard, _), derivative = function(tiled, tau, rng=rng, sample=given, **parameters)
    index = hard.argmax(-1)
    return derivative.pullback(g[index]), index


def assert_same_distribution(one, other):
    """The two-sample test of Kolmogorov and Smirnov."""
    together = np.sort(np.concatenate([one, other]))
    gap = np.abs(
        np.searchsorted(np.sort(one), together, "right") / len(one)
        - np.searchsorted(np.sort(other), together, "right") / len(other)
    ).max()
    assert gap < np.sqrt(np.log(2 / RARELY) / 2 * (1 / len(one) + 1 / len(other)))


# The deterministic ones


@given(logits=rows, sample=samples)
def test_zgr_is_reinmax_at_tau_1(logits, sample):
    sample %= len(logits)
    same = weight(bound.zgr, logits, sample)
    assert np.array_equal(same, weight(bound.reinmax, logits, sample))
    difference = np.eye(len(logits))[sample] - softmax(logits)
    expected = (jacobian(softmax(logits)) + np.outer(difference, difference)) / 2
    assert_close(same, expected, 1.0)


@given(logits=rows, sample=samples, tau=st.sampled_from([0.5, 1.0, 3.0]))
def test_decoupled_straight_through_at_forward_tau_1_is_straight_through(logits, sample, tau):
    sample %= len(logits)
    same = weight(bound.decoupled_straight_through, logits, sample, tau=tau)
    assert np.array_equal(same, weight(bound.straight_through, logits, sample, tau=tau))


@pytest.mark.parametrize("forward_tau", [0.5, 2.0])
def test_decoupled_straight_through_is_straight_through_of_tempered_logits(forward_tau):
    logits, g, h = np.random.default_rng(1).normal(size=(3, 50, 6))
    (hard, soft), derivative = bound.decoupled_straight_through(
        logits, 0.75, forward_tau=forward_tau, rng=np.random.default_rng(0)
    )
    (same_hard, same_soft), same = bound.straight_through(
        logits / forward_tau, 0.75 / forward_tau, rng=np.random.default_rng(0)
    )
    assert np.array_equal(hard, same_hard)
    assert_close(soft, same_soft, 1.0)
    assert_close(derivative.pullback(g, h), same.pullback(g, h) / forward_tau, np.abs(g).max() * 8)


def test_decoupled_straight_through_is_exact_on_linear_losses_where_both_taus_agree():
    logits, slope = np.random.default_rng(2).normal(size=(2, 6))
    pi = softmax(logits, 2.0)
    mean = pi @ np.stack(
        [
            weight(bound.decoupled_straight_through, logits, i, tau=2.0, forward_tau=2.0) @ slope
            for i in range(6)
        ]
    )
    assert_close(mean, jacobian(pi) @ slope / 2.0, np.abs(slope).max())


@given(logits=rows, sample=samples, gap=st.sampled_from([0.1, 1.0, 5.0]))
def test_the_gapped_argmax_is_the_sample(logits, sample, gap):
    """By the weight: J(q) / tau has q_I q_j off its diagonal, and q is largest at the sample."""
    sample %= len(logits)
    matrix = weight(bound.gapped_straight_through, logits, sample, tau=1.0, gap=gap)
    top = logits.max()
    moved = np.minimum(logits, top - gap)
    moved[sample] = top
    assert moved.argmax() == sample
    assert_close(matrix, jacobian(softmax(moved)), 1.0)
    assert np.all(np.delete(moved, sample) <= top - gap)
    kept = (logits <= top - gap) & (np.arange(len(logits)) != sample)
    assert np.array_equal(moved[kept], logits[kept])


# The weights that are exact on quadratics


EXACT = {
    "reinmax": bound.reinmax,
    "zgr": bound.zgr,
    "minimum_variance": bound.minimum_variance,
    "reinmax_cv without correction": lambda *given, **options: bound.reinmax_cv(
        *given, eta=0.0, **options
    ),
}
each_exact = pytest.mark.parametrize("name", EXACT)


def every_weight(function, logits):
    return np.stack([weight(function, logits, i) for i in range(len(logits))])


@each_exact
@given(logits=rows)
def test_three_identities_of_a_weight_that_is_exact_on_quadratics(name, logits):
    pi, identity = softmax(logits), np.eye(len(logits))
    weights = every_weight(EXACT[name], logits)
    assert_close(np.einsum("i,ijk->jk", pi, weights), jacobian(pi), 1.0)
    drawn = np.einsum("iji->ij", weights)  # W_i e_i
    assert_close(drawn, (identity - pi) / 2, 1.0)
    others = pi[:, None, None] * weights.transpose(0, 2, 1)  # pi_i W_i e_j at [i, j]
    antisymmetric = others + others.transpose(1, 0, 2)
    assert_close(antisymmetric * (1 - identity[:, :, None]), 0.0, 1.0)


@each_exact
def test_exact_on_a_quadratic_by_enumeration(name):
    generator = np.random.default_rng(3)
    matrix, offset, logits = generator.normal(size=(8, 8)), *generator.normal(size=(2, 8))
    gradients = matrix + matrix.T + offset
    values = np.diag(matrix) + offset
    pi = softmax(logits)
    products = np.einsum("ijk,ik->ij", every_weight(EXACT[name], logits), gradients)
    assert_close(pi @ products, jacobian(pi) @ values, np.abs(gradients).max())


@given(logits=rows)
def test_the_norm_of_minimum_variance_is_the_smaller_one(logits):
    pi = softmax(logits)
    least, plain = (
        pi @ (every_weight(function, logits) ** 2).sum((1, 2))
        for function in (bound.minimum_variance, bound.reinmax)
    )
    assert least <= plain + 1e-15
    if len(logits) == 2:
        assert_close(least, plain, 1.0)


def test_minimum_variance_differs_from_three_categories_on():
    logits = np.random.default_rng(4).normal(size=6)
    two, six = logits[:2], logits
    assert_close(weight(bound.minimum_variance, two, 1), weight(bound.reinmax, two, 1), 1.0)
    matrix = weight(bound.minimum_variance, six, 1)
    assert np.abs(matrix - matrix.T).max() > 0.01
    assert np.abs(matrix - weight(bound.reinmax, six, 1)).max() > 0.01


def test_minimum_variance_refuses_more_categories_than_it_is_for():
    most = estimators.minimum_variance.greatest_size
    bound.minimum_variance(np.zeros(most), sample=np.array(0))
    with pytest.raises(
        ValueError,
        match=rf"{most + 1} categories along axis=-1.*use an estimator without this bound",
    ):
        bound.minimum_variance(np.zeros(most + 1))


# The random ones


LOGITS = np.array([0.3, -1.0, 1.2, 0.0])
COTANGENTS = np.random.default_rng(5).normal(size=(4, 4))


@random_ones
def test_words_make_the_gradient_and_nothing_else_does(name):
    function = getattr(bound, name)
    (hard, _), derivative = function(np.tile(LOGITS, (9, 1)), rng=np.random.default_rng(6))
    (same, _), again = function(np.tile(LOGITS, (9, 1)), rng=np.random.default_rng(6))
    assert np.array_equal(hard, same)
    assert np.array_equal(derivative.pullback(hard**2 + LOGITS), again.pullback(hard**2 + LOGITS))
    given, _ = repeated(function, LOGITS, COTANGENTS, tau=1.0, draws=9, sample=2)
    assert len(np.unique(given, axis=0)) == 9


@random_ones
def test_a_random_estimator_draws_the_sample_of_the_others(name):
    tiled = np.tile(LOGITS, (100, 1))
    (hard, _), _ = getattr(bound, name)(tiled, rng=np.random.default_rng(7))
    (same, _), _ = bound.reinmax(tiled, rng=np.random.default_rng(7))
    assert np.array_equal(hard, same)


@pytest.mark.parametrize("name", ["gumbel_rao", "reinmax_rao", "reinmax_cv"])
def test_memory_does_not_grow_with_num_samples(name):
    logits, g = np.random.default_rng(12).normal(size=(2, 500, 32))
    peaks = []
    for num_samples in (100, 1000):  # from 16 of them on, a chunk is full
        _, derivative = getattr(bound, name)(logits, 0.5, num_samples=num_samples)
        tracemalloc.start()
        derivative.pullback(g)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.05 * peaks[0] < 1000 * logits.nbytes / 5


@pytest.mark.parametrize("name", ["gumbel_softmax", "gumbel_rao"])
@pytest.mark.parametrize("tau", [0.5, 1.0])
def test_distribution_of_gumbel_softmax_is_that_of_gumbel_max(name, tau):
    """Against its definition: noise first, its argmax as the sample, the softmax as the surrogate.

    A gradient determines the category and the noise, so its distribution is that of the pair.
    """
    draws, generator = 100_000, np.random.default_rng(8)
    perturbed = LOGITS + generator.gumbel(size=(draws, 4))
    g = COTANGENTS[perturbed.argmax(-1)]
    q = np.exp(perturbed / tau)
    q /= q.sum(-1, keepdims=True)
    expected = q * (g - (q * g).sum(-1, keepdims=True)) / tau
    parameters = {"num_samples": 1} if name == "gumbel_rao" else {}
    actual, _ = repeated(
        getattr(bound, name), LOGITS, COTANGENTS, tau=tau, draws=draws, seed=9, **parameters
    )
    for direction in (*np.eye(4), generator.normal(size=4)):
        assert_same_distribution(actual @ direction, expected @ direction)


def test_gumbel_rao_keeps_the_mean_and_reduces_the_variance():
    one, _ = repeated(bound.gumbel_softmax, LOGITS, COTANGENTS, tau=0.5, draws=50_000)
    many, _ = repeated(
        bound.gumbel_rao, LOGITS, COTANGENTS, tau=0.5, draws=50_000, seed=1, num_samples=20
    )
    error = np.sqrt((one.var(0) + many.var(0)) / 50_000)
    assert np.all(np.abs(one.mean(0) - many.mean(0)) < 6 * error)  # 1e-8 for each
    assert many.var(0).sum() < 0.8 * one.var(0).sum()


@pytest.mark.parametrize("sample", range(4))
def test_gumbel_rao_tends_to_zgr(sample):
    """A million draws: at tau = 0.02 the statistical error is below 0.01, the bias about tau."""
    limit = weight(bound.zgr, LOGITS, sample) @ COTANGENTS[sample]
    distances = []
    for tau, draws in ((1.0, 100), (0.02, 1000)):
        gradients, _ = repeated(
            bound.gumbel_rao,
            LOGITS,
            COTANGENTS,
            tau=tau,
            draws=draws,
            sample=sample,
            num_samples=1000,
        )
        distances.append(np.abs(gradients.mean(0) - limit).max())
    assert distances[1] < 0.03
    assert distances[0] > 2 * distances[1]


@pytest.mark.parametrize("sample", range(4))
def test_reinmax_rao_tends_to_half_of_the_sampled_covariance(sample):
    difference = np.eye(4)[sample] - softmax(LOGITS)
    limit = difference * (difference @ COTANGENTS[sample]) / 2
    gradients, _ = repeated(
        bound.reinmax_rao,
        LOGITS,
        COTANGENTS,
        tau=0.02,
        draws=1000,
        sample=sample,
        num_samples=1000,
    )
    assert np.abs(gradients.mean(0) - limit).max() < 0.06


def test_reinmax_cv_without_correction_is_reinmax_at_tau_1():
    g = np.random.default_rng(10).normal(size=(9, 4))
    tiled = np.tile(LOGITS, (9, 1))
    (hard, _), plain = bound.reinmax(tiled, rng=np.random.default_rng(11))
    _, corrected = bound.reinmax_cv(tiled, 0.3, eta=0, sample=hard.argmax(-1))
    assert np.array_equal(corrected.pullback(g), plain.pullback(g))


# What the docstrings of the two variants of ReinMax state: a random quadratic with K = 8


def quadratic():
    """The logits, the gradients at each one-hot sample, and the gradient of the mean loss."""
    generator = np.random.default_rng(0)
    logits, matrix = generator.normal(size=8), generator.normal(size=(8, 8))
    offset = generator.normal(size=8)
    gradients = (matrix + matrix.T) / 2 + offset
    values, pi = np.diag(matrix) / 2 + offset, softmax(logits)
    return logits, gradients, jacobian(pi) @ values


def bias_and_deviation(function, *, tau, draws=3000, **parameters):
    """Relative to the norm of the exact gradient; the mean over samples is an enumeration."""
    logits, gradients, exact = quadratic()
    pi = softmax(logits)
    means, squares = [], []
    for sample in range(8):
        drawn, _ = repeated(
            function, logits, gradients, tau=tau, draws=draws, sample=sample, **parameters
        )
        means.append(drawn.mean(0))
        squares.append((drawn**2).sum(-1).mean())
    mean = pi @ np.stack(means)
    deviation = np.sqrt(pi @ squares - mean @ mean)
    norm = np.linalg.norm(exact)
    return np.linalg.norm(mean - exact) / norm, deviation / norm


@pytest.mark.parametrize(
    ("name", "tau", "parameters", "bias", "deviation"),
    [
        ("reinmax", 1.0, {}, 0.0, 1.84),
        ("reinmax_rao", 1.0, {"num_samples": 100}, 0.34, 1.40),
        ("reinmax_rao", 0.5, {"num_samples": 100}, 0.30, 1.80),
        ("reinmax_cv", 1.0, {"eta": 0.7, "num_samples": 100}, 0.26, 2.13),
        ("reinmax_cv", 0.5, {"eta": 0.7, "num_samples": 100}, 0.42, 2.49),
    ],
)
def test_measured_facts(name, tau, parameters, bias, deviation):
    """The standard error of a bias is below 0.01 here."""
    measured = bias_and_deviation(getattr(bound, name), tau=tau, **parameters)
    assert measured == pytest.approx((bias, deviation), abs=0.02)


def _same_distribution(xp, residuals, vector, tau):
    """ReinMax with a correction of mean zero given the sample: R - S, their Gumbels alike."""
    weighted = 0.7 * from_sample(xp, vector, residuals.index)
    rao = mean_product(xp, residuals, weighted, tau, 100, first=1, share=0.5)
    single = mean_product(xp, residuals, weighted, tau, 1, share=0.5)
    return estimators.reinmax.product(xp, residuals, vector, 1.0) + (rao - single)


def test_a_correction_of_mean_zero_given_the_sample_adds_variance():
    record = Estimator("unbiased_cv", _same_distribution, backward_noise=True)
    bias, deviation = bias_and_deviation(bound.bind(record), tau=1.0)
    _, plain = bias_and_deviation(bound.reinmax, tau=1.0)
    assert bias < 0.02
    assert plain + 0.04 < deviation == pytest.approx(1.91, abs=0.02)


@pytest.mark.parametrize("at_once", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("name", estimators.__all__)
def test_several_samples_are_added_in_steps_of_any_size(name, at_once, monkeypatch):
    """Five samples: in whole steps, with a rest, or all in one."""
    generator = np.random.default_rng(0)
    logits, h = generator.normal(size=(2, 3, 4))
    g, sample = generator.normal(size=(5, 3, 4)), generator.integers(4, size=(5, 3))
    estimator = getattr(bound, name)

    def pulled(at_once):
        monkeypatch.setattr(Native, "chunk", lambda self: at_once * logits.size)
        _, derivative = estimator(logits, sample=sample, rng=np.random.default_rng(1))
        return core_for(estimator.estimator).pullback(
            *(getattr(derivative, f"_{each}") for each in ("estimator", "settings", "saved")),
            g,
            h,
            None,
        )

    np.testing.assert_allclose(pulled(at_once), pulled(5), rtol=1e-12, atol=1e-14)


def test_the_memory_of_a_pullback_does_not_grow_with_the_samples():
    logits = np.zeros((64, 512), np.float32)

    def rise(samples):
        (hard, _), derivative = bound.reinmax(
            logits, sample_shape=(samples,), rng=np.random.default_rng(0)
        )
        tracemalloc.start()
        derivative.pullback(hard)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    rise(1)  # what is loaded or compiled once
    assert rise(64) < 1.5 * rise(16)
