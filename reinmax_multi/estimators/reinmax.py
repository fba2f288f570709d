"""ReinMax: Heun's second-order rule in place of straight-through's Euler step.

Liu, Dong, Liu, Yu and Gao, "Bridging Discrete and Backpropagation: Straight-Through and Beyond",
NeurIPS 2023, arXiv:2304.08612, algorithm 2. With D = e_I the sample,

    W = 2 J((pi_tau + D) / 2) - J(pi) / 2.

All of it ignores constants (W 1 = 0), so let c = B v be the cotangent relative to the sample (c_I =
0). Then <D, c> = 0 and D * c = 0, and the first term, with q = (pi_tau + D) / 2, is

    2 q * (c - <q, c>) = pi_tau * (c - m) - D m,    m = <pi_tau, c> / 2.

The row sum of pi_tau * (c - m) is 2 m - m = m, so "- D m" is what B^T subtracts:

    W v = B^T [ pi_tau * (c - <pi_tau, c> / 2)  -  pi * (c - <pi, c>) / 2 ],    c = B v,

and at tau = 1 the two inner products cancel: W v = B^T (pi * B v) / 2. That is the Laplacian of a
star-shaped graph, which joins the sample to each other category j with the weight pi_j / 2, and it
equals [J(pi) + (D - pi)(D - pi)^T] / 2, the ZGR estimator of Shekhovtsov (2023), arXiv:2301.00434.
"""

from __future__ import annotations

from .._core.algebra import from_sample, softmax_product, to_sample
from .._core.estimator import Estimator
from .._core.jacobians import Jacobians
from .._core.namespace import Array, Namespace
from .._core.residuals import Residuals, Tau


def _product(xp: Namespace, residuals: Residuals, vector: Array, tau: Tau) -> Array:
    centred = from_sample(xp, vector, residuals.index)
    pi, pi_tau = residuals.soft, residuals.tempered(xp, tau)
    mean = None
    if pi_tau is pi:
        inner = pi * centred
        inner *= 0.5
    else:
        mean = 0.5 * xp.sum(pi_tau * centred, axis=-1, keepdims=True)
        inner = centred - mean
        inner *= pi_tau
        inner -= 0.5 * softmax_product(xp, pi, centred)
    return to_sample(xp, inner, residuals.index, residuals.categories, total=mean)


reinmax = Estimator(
    name="reinmax",
    product=_product,
    jacobians=Jacobians(middle=2.0, pi=-0.5),
    least_tau=1.0,
    advice=(
        "ReinMax averages softmax(logits / tau) with the sample, so the temperatures below 1 of "
        "Gumbel-softmax have no meaning for it: start at 1.0, where it is exact on quadratics, and "
        "try up to 1.5"
    ),
    summary="""ReinMax: a sampled category with a gradient of second-order accuracy.

    The stand-in for the derivative of the sample D is W = 2 J((pi_tau + D) / 2) - J(pi) / 2 with
    pi = softmax(logits), pi_tau = softmax(logits / tau) and J(q) = diag(q) - q q^T. At tau = 1 it
    is exact in expectation for losses quadratic in the sample. Source: Liu, Dong, Liu, Yu and Gao,
    NeurIPS 2023, arXiv:2304.08612, algorithm 2.""",
)
