"""Promise: an error of ``diagnose`` names the argument and the remedy."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from reinmax_multi.diagnosis import ZeroGradientError

from .losses import Polynomial


def constant(samples):
    return 0.0 * samples[:, 0, 0] + 1.0


def ragged(samples):
    return samples[:, 0]


def of_the_batch(samples):
    """The first row decides for all, as the statistics of batch normalisation would."""
    first = samples[0, 0, 0] + 2 * samples[0, 0, 1] + 4 * samples[0, 1, 0] + 8 * samples[0, 1, 1]
    return samples[:, 0, 0] + first


def divided(samples):
    return 1.0 / samples[:, 0, 0]


@pytest.mark.parametrize(
    ("loss", "error", "message"),
    [
        (lambda samples: samples[0, 0, 0], ValueError, r"loss must return one number for each"),
        (ragged, ValueError, r"loss must return .*shape \(\d+,\).*got \(\d+, 3\): sum or average"),
        (lambda samples: None, TypeError, r"loss must return an array .*got NoneType"),
        (of_the_batch, ValueError, r"loss must treat the samples of a batch one by one"),
        (divided, ValueError, r"loss must be finite, got (inf|nan).*mask a category"),
        (constant, ZeroGradientError, r"the exact gradient is 0.*choose other logits"),
    ],
    ids=["scalar", "rows", "nothing", "mixing", "infinite", "constant"],
)
def test_a_loss_that_cannot_be_used(driver, loss, error, message):
    logits = driver.asarray(np.zeros((2, 3)), "float64")
    with pytest.raises(error, match=message):
        driver.package.diagnose(loss, logits)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(()), r"logits must have the shape \(\.\.\., K\).*got \(\)"),
        (np.zeros((0, 3)), r"logits must have the shape .*got \(0, 3\)"),
        (np.array([0.0, np.nan]), r"logits must give each row a distribution"),
        (np.array([[0.0, 1.0], [-np.inf, -np.inf]]), r"logits must give each row a distribution"),
        (np.array([0.0, np.inf]), r"logits must give each row a distribution"),
    ],
    ids=["scalar", "no rows", "nan", "all masked", "infinite"],
)
def test_logits_without_a_distribution(driver, values, message):
    with pytest.raises(ValueError, match=message):
        driver.package.diagnose(constant, driver.asarray(values, "float64"))


def test_logits_that_are_no_array(driver):
    with pytest.raises(TypeError, match=r"logits must be .*got list: convert them"):
        driver.package.diagnose(constant, [0.0, 1.0])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"num_samples": 63}, ValueError, "num_samples must be at least 64, got 63"),
        ({"num_samples": 1e4}, TypeError, "num_samples must be an int, got 10000.0"),
        ({"reference_samples": 0}, ValueError, "reference_samples must be at least 64"),
        ({"max_configurations": -1}, ValueError, "max_configurations must be at least 0"),
        ({"batch_size": 1}, ValueError, "batch_size must be at least 2, got 1"),
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"taus": ()}, ValueError, "taus is empty: name a temperature"),
        ({"taus": (0.0, -1.0)}, ValueError, "tau must be positive and finite"),
        ({"estimators": []}, ValueError, "estimators is empty"),
    ],
    ids=str,
)
def test_a_number_or_a_choice_that_cannot_be_used(driver, options, error, message):
    logits = driver.asarray(np.zeros((2, 3)), "float64")
    with pytest.raises(error, match=message):
        driver.package.diagnose(constant, logits, **options)


def test_estimators_need_names_of_their_own(driver):
    problem, reinmax = Polynomial(driver, 2), driver.package.reinmax
    with pytest.raises(TypeError, match=r"estimators holds .*no name: pass a mapping"):
        problem.diagnose(partial(reinmax, tau=2.0))
    with pytest.raises(ValueError, match=r"estimators holds two of one name"):
        problem.diagnose(reinmax, reinmax)


def test_a_mapping_names_estimators_with_their_hyper_parameters_set(driver):
    problem = Polynomial(driver, 2)
    logits = driver.asarray(problem.logits, "float64")
    mine = {"mine": partial(driver.package.reinmax)}
    result = driver.package.diagnose(problem.loss, logits, mine, taus=[1.0])
    assert [record["estimator"] for record in result.records] == ["mine"]


def test_a_refused_temperature_is_left_out_and_reported(driver):
    family = driver.package.reinmax, driver.package.straight_through
    result = Polynomial(driver, 2).diagnose(*family, taus=[0.5])
    measured = [(record["estimator"], record["tau"]) for record in result.records]
    assert measured == [("straight_through", 0.5)]
    assert list(result.refused) == ["reinmax, tau=0.5"]
    assert "tau must be at least 1.0 for reinmax, got 0.5" in result.refused["reinmax, tau=0.5"]


def test_an_estimator_that_draws_from_another_law_has_another_loss(driver):
    def spread(logits, tau=1.0, *, forward_tau=1.0, **options):
        return driver.package.straight_through(logits, tau, **options)

    problem = Polynomial(driver, 2)
    assert len(problem.diagnose(spread, taus=[1.0]).records) == 1
    logits = driver.asarray(problem.logits, "float64")
    with pytest.raises(ValueError, match=r"wider draws from softmax\(logits / 2.0\).*divide"):
        driver.package.diagnose(problem.loss, logits, {"wider": partial(spread, forward_tau=2.0)})


def test_an_estimator_without_a_temperature_runs_once(driver):
    def plain(logits, *, sample=None, **randomness):
        return driver.package.straight_through(logits, sample=sample, **randomness)

    (record,) = Polynomial(driver, 2).diagnose(plain, taus=[0.5, 1.0]).records
    assert record["tau"] is None


def test_a_gradient_that_drowns_in_noise_is_no_reference(driver):
    """The product of two centred rows varies, and its mean is flat at these logits."""
    problem = Polynomial(driver, 1)
    (first, _, _), (_, second, _) = problem.pi

    def loss(samples):
        return (samples[:, 0, 0] - first) * (samples[:, 1, 1] - second)

    logits = driver.asarray(problem.logits, "float64")
    options = {"max_configurations": 0, "reference_samples": 64}
    with pytest.raises(ValueError, match=r"drowns in noise.*Raise reference_samples"):
        driver.package.diagnose(loss, logits, **options)
