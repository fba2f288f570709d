"""Promise: a user's own record becomes a differentiable function like the family's."""

from __future__ import annotations

import numpy as np
import pytest

from reinmax_multi import Estimator
from tests.conformance.problem import Problem
from tests.oracles.oracle import Result


def _star(xp, residuals, vector, tau):
    """W = D D^T + tau diag(pi): symmetric, and it needs the sample, the softmax and tau."""
    one_hot = residuals.categories == residuals.index
    return xp.where(one_hot, vector, xp.zeros_like(vector)) + tau * residuals.soft * vector


STAR = Estimator("star", _star, least_tau=0.25, advice="a quarter is the least", summary="A star.")


@pytest.fixture
def star(driver, monkeypatch):
    """The bound record, where a problem looks for its estimator."""
    bound = driver.package.bind(STAR)
    monkeypatch.setattr(driver.package, "star", bound, raising=False)
    return bound


def test_derivative_of_an_own_record(driver, star, mode):
    problem = Problem(driver, "star")
    (hard, soft), cotangent = problem.pullback(mode, sample=problem.sample(2))
    g, h, pi = problem.last(problem.g), problem.last(problem.h), problem.last(soft)
    right = (problem.last(hard) + problem.case.tau * pi) * g
    right += pi * (h - (pi * h).sum(-1, keepdims=True))
    problem.assert_close(cotangent, Result(right, np.abs([g, h]).max((0, -1))[:, None]))


def test_range_of_tau_of_an_own_record(driver, star):
    problem = Problem(driver, "star")
    with pytest.raises(
        ValueError, match=r"at least 0.25 for star, got 0.2: a quarter is the least"
    ):
        star(problem.logits, 0.2, sample=problem.sample())


def test_an_own_record_is_documented(star):
    assert star.__name__ == "star"
    assert star.__doc__.startswith("A star.")
    assert "tau >= 0.25" in star.__doc__
