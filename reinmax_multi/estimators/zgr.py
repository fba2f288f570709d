"""ZGR, the zero-temperature limit of Gumbel-Rao, which is ReinMax at tau = 1.

Shekhovtsov, "Cold Analysis of Rao-Blackwellized Straight-Through Gumbel-Softmax Gradient
Estimator", ICML 2023, arXiv:2301.00434:

    W = [J(pi) + (D - pi)(D - pi)^T] / 2,

the half sum of straight-through and of the covariance of the sample, as one draw estimates it. The
docstring of :mod:`.reinmax` shows that its W at tau = 1 is this matrix.
"""

from __future__ import annotations

from .._core.estimator import Estimator
from .reinmax import reinmax

zgr = Estimator(
    name="zgr",
    product=reinmax.product,
    jacobians=reinmax.jacobians,
    least_tau=1.0,
    greatest_tau=1.0,
    advice="ZGR has no temperature, so leave tau out, or use reinmax, which is ZGR at tau=1.0",
    summary="""ZGR: the limit of Gumbel-Rao at temperature zero, equal to ReinMax at tau = 1.

    The stand-in for the derivative of the sample D is W = [J(pi) + (D - pi)(D - pi)^T] / 2 with pi
    = softmax(logits) and J(q) = diag(q) - q q^T. It is exact in expectation for losses quadratic in
    the sample, and costs no noise. Source: Shekhovtsov, ICML 2023, arXiv:2301.00434.""",
)
