"""The matrix W of a record in the numbers that a row kernel computes with.

Relative to the sample, c = g - g_I, each Jacobian of the sum is, for a category j other than I,

    a J(q) g = a q_j (c_j - <q, c>),    a J((q + D) / 2) g = a/2 q_j (c_j - <q, c> / 2),

and the entry of the sample is what makes the row sum to 0. So with q = pi_tau, all of them are

    q_j (of_q c_j - of_mean_q <q, c>) + pi_j (of_pi c_j - of_mean_pi <pi, c>),

and where q is pi, the two are one: in ReinMax at tau = 1 the inner products cancel.
"""

from __future__ import annotations

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


def coefficients(jacobians: Jacobians, settings: Settings, tau: float | None) -> Coefficients:
    """For a ``tau`` of the user; None is that of the distribution.

    The value of an array may be no temperature: all is NaN then.
    """
    forward_tau = settings.get(FORWARD_TAU, 1.0)
    cap = 0.0 if jacobians.gap is None else -forward_tau * settings[jacobians.gap]
    of_soft = 1.0 / forward_tau
    is_pi = tau is None and cap == 0.0
    tau = forward_tau if tau is None else tau if tau > 0 else math.nan
    scale = 1.0 / tau if jacobians.over_tau else of_soft
    of_q = scale * (jacobians.pi_tau + jacobians.middle / 2)
    of_mean_q = scale * (jacobians.pi_tau + jacobians.middle / 4)
    of_pi = of_mean_pi = scale * jacobians.pi
    if is_pi:
        of_pi, of_mean_pi, of_q, of_mean_q = of_pi + of_q, of_mean_pi + of_mean_q, 0.0, 0.0
    return Coefficients(of_q, of_mean_q, of_pi, of_mean_pi, of_soft, tau, cap, forward_tau)
