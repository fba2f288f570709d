"""The matrix W of a record in the numbers that a row kernel computes with.

Relative to the sample, c = g - g_I, each Jacobian of the sum is, for a category j other than I,

    a J(q) g = a q_j (c_j - <q, c>),    a J((q + D) / 2) g = a/2 q_j (c_j - <q, c> / 2),

and the entry of the sample is what makes the row sum to 0. So with q = pi_tau, all of them are

    q_j (of_q c_j - of_mean_q <q, c>) + pi_j (of_pi c_j - of_mean_pi <pi, c>),

and where q is pi, the two are one: in ReinMax at tau = 1 the inner products cancel.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

from .._core.estimator import FORWARD_TAU, Settings
from .._core.jacobians import Jacobians


class Coefficients(NamedTuple):
    """Those of one call.

    of_q, of_mean_q, of_pi, of_mean_pi : see above
    of_soft : multiplies J(pi) h, the product of the cotangent of y_soft
    tau, forward_tau : the temperatures of q and of pi
    cap : the largest that a logit of q may be less the largest one, below 0 if there is a gap
    """

    of_q: float
    of_mean_q: float
    of_pi: float
    of_mean_pi: float
    of_soft: float
    tau: float
    cap: float
    forward_tau: float


class Factors(NamedTuple):
    """The first four without the temperature by which all are divided: numbers of the record."""

    of_q: float
    of_mean_q: float
    of_pi: float
    of_mean_pi: float


def factors(jacobians: Jacobians, q_is_pi: bool) -> Factors:
    """Those of a record; ``q_is_pi`` if the temperature is that of the distribution."""
    of_q = jacobians.pi_tau + jacobians.middle / 2
    of_mean_q = jacobians.pi_tau + jacobians.middle / 4
    if q_is_pi and jacobians.gap is None:
        return Factors(0.0, 0.0, of_q + jacobians.pi, of_mean_q + jacobians.pi)
    return Factors(of_q, of_mean_q, jacobians.pi, jacobians.pi)


def cap_of(jacobians: Jacobians, settings: Settings) -> float:
    """The largest that a logit of q may be less the largest one, below 0 if there is a gap."""
    gap = 0.0 if jacobians.gap is None else settings[jacobians.gap]
    return -gap * settings.get(FORWARD_TAU, 1.0)


def coefficients(jacobians: Jacobians, settings: Settings, tau: float | None) -> Coefficients:
    """For a ``tau`` of the user; None is that of the distribution.

    The value of an array may be no temperature: all is NaN then.
    """
    return _coefficients(
        jacobians, cap_of(jacobians, settings), settings.get(FORWARD_TAU, 1.0), tau
    )


@functools.lru_cache(100)
def _coefficients(
    jacobians: Jacobians, cap: float, forward_tau: float, tau: float | None
) -> Coefficients:
    of_q, of_mean_q, of_pi, of_mean_pi = factors(jacobians, tau is None)
    of_soft = 1.0 / forward_tau
    tau = forward_tau if tau is None else tau if tau > 0 else math.nan
    by = 1.0 / tau if jacobians.over_tau else of_soft
    numbers = by * of_q, by * of_mean_q, by * of_pi, by * of_mean_pi
    return Coefficients(*numbers, of_soft, tau, cap, forward_tau)
