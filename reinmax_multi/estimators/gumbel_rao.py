"""Gumbel-Rao: straight-through Gumbel-softmax, averaged over the noise that the sample leaves open.

Paulus, Maddison and Krause, "Rao-Blackwellizing the Straight-Through Gumbel-Softmax Gradient
Estimator", ICLR 2021, arXiv:2010.04838, equation 8. Straight-through Gumbel-softmax differentiates
softmax((theta + G) / tau) with D = argmax(theta + G). Its loss depends on G through D alone, so
averaging the Jacobian over G given D keeps the mean and never increases the variance:

    W = E[J(softmax((theta + G) / tau)) / tau | D],

here over ``num_samples`` draws of G given D. The derivative is taken at fixed G, not through the
dependence of those draws on theta: only so is the mean that of straight-through Gumbel-softmax.

As tau -> 0 and num_samples -> infinity W tends to that of ReinMax at tau = 1, [J(pi) + (D - pi)(D -
pi)^T] / 2 (Shekhovtsov 2023, arXiv:2301.00434): with r_j of :mod:`.._core.gumbel`, only the
runner-up j can then have a weight near that of the sample, P(r_j > 1 - x | D = e_I) tends to
pi_j x, and the integral of the variance of a two-point softmax over log r / tau is 1/2.
"""

from __future__ import annotations

from .._core.algebra import from_sample
from .._core.estimator import Estimator, Parameter
from .._core.gumbel import mean_product, mean_weight
from .._core.namespace import Array, Namespace
from .._core.residuals import Residuals, Tau, Variables

NUM_SAMPLES = Parameter(
    "num_samples",
    10,
    "Draws of the Gumbel noise given the sample; the cost grows with it, the memory does not.",
    least=1,
)


def _product(
    xp: Namespace, residuals: Residuals, vector: Array, tau: Tau, *, num_samples: int
) -> Array:
    centred = from_sample(xp, vector, residuals.index)
    return mean_product(xp, residuals, centred, tau, num_samples)


def _binary_weight(xp: Namespace, variables: Variables, tau: Tau, *, num_samples: int) -> Array:
    return mean_weight(xp, variables, tau, num_samples)


gumbel_rao = Estimator(
    name="gumbel_rao",
    product=_product,
    binary_weight=_binary_weight,
    parameters=(NUM_SAMPLES,),
    backward_noise=True,
    advice="temperatures from 0.1 to 1 are usual; a smaller tau has less bias and more variance",
    summary="""Gumbel-Rao: straight-through Gumbel-softmax, averaged over noise given the sample.

    The stand-in for the derivative of the sample D is the mean of J(q) / tau over ``num_samples``
    draws of q = softmax((logits + G) / tau), where G are Gumbels given that argmax(logits + G) is
    D, and J(q) = diag(q) - q q^T. Its mean is that of ``gumbel_softmax``, its variance smaller; as
    tau -> 0 it tends to ``zgr``. Source: Paulus, Maddison and Krause, ICLR 2021, arXiv:2010.04838,
    equation 8.""",
)
