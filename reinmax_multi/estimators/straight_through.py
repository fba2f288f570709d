"""Straight-through: differentiate as if the sample were the softmax.

Bengio, Leonard and Courville (2013), arXiv:1308.3432, in the tempered form in which Liu et al.
(2023), arXiv:2304.08612, compare with it (their equation 3 at tau = 1).
"""

from __future__ import annotations

from .._core.algebra import centred_softmax_product, from_sample
from .._core.estimator import Estimator
from .._core.jacobians import Jacobians
from .._core.namespace import Array, Namespace
from .._core.residuals import Residuals, Tau


def _product(xp: Namespace, residuals: Residuals, vector: Array, tau: Tau) -> Array:
    pi_tau = residuals.tempered(xp, tau)
    centred = from_sample(xp, vector, residuals.index)
    centred = (
        centred / tau
    )  # before the product, or its transpose would divide what is not centred yet
    return centred_softmax_product(xp, pi_tau, centred, residuals.index, residuals.categories)


straight_through = Estimator(
    name="straight_through",
    product=_product,
    jacobians=Jacobians(pi_tau=1.0, over_tau=True),
    summary="""Straight-through: the gradient of softmax(logits / tau), whatever was sampled.

    The stand-in for the derivative of the sample is W = J(pi_tau) / tau with
    pi_tau = softmax(logits / tau) and J(q) = diag(q) - q q^T. At tau = 1 it is exact in expectation
    for losses linear in the sample, and of first order otherwise. Source: Bengio, Leonard and
    Courville (2013), arXiv:1308.3432.""",
)
