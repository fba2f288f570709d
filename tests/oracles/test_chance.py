"""The tail of the chi-square distribution, against mpmath's incomplete gamma function."""

from __future__ import annotations

import mpmath
import pytest

from tests.oracles.chance import chi_square_tail


@pytest.mark.parametrize("freedom", [1, 2, 3, 8, 63, 64, 255, 5000])
@pytest.mark.parametrize("ratio", [0.0, 0.1, 0.9, 1.0, 1.1, 2.0, 20.0])
def test_tail_is_the_regularised_gamma_function(freedom, ratio):
    statistic = ratio * freedom
    with mpmath.workdps(30):
        exact = mpmath.gammainc(mpmath.mpf(freedom) / 2, statistic / 2, regularized=True)
    assert chi_square_tail(statistic, freedom) == pytest.approx(float(exact), rel=1e-11, abs=1e-300)
