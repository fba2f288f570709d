"""Gapped straight-through: perturb the logits just enough for the sample to win, without noise.

Fan, Chi, Rudnicky and Ramadge, "Training Discrete Deep Generative Models via Gapped
Straight-Through Estimator", ICML 2022, arXiv:2206.07235. A Gumbel perturbation makes the sample the
largest logit, by some gap. Two deterministic ones do the same: m1 lifts the sampled logit to the
largest one, m2 pushes every other down to at least a gap below it,

    m1 = D * (max theta - theta_I),    m2_j = max(0, theta_j + gap - max theta)  for j != I,
    W = J(softmax((theta + m1 - m2) / tau)) / tau.

So, up to the constant max theta, the perturbed logit is 0 for I and min(theta_j - max theta, -gap)
for the others.
"""

from __future__ import annotations

from .._core.algebra import centred_softmax_product, from_sample, softmax, zero_or_nan
from .._core.estimator import Estimator, Parameter
from .._core.jacobians import Jacobians
from .._core.namespace import Array, Namespace
from .._core.residuals import Residuals, Tau


def perturbed(xp: Namespace, residuals: Residuals, gap: float) -> Array:
    """Theta + m1 - m2 - max theta; its argmax is the sample."""
    below = residuals.logits - xp.max(residuals.logits, axis=-1, keepdims=True)
    pushed = xp.minimum(below, xp.full_like(below, -gap))
    drawn = residuals.categories == residuals.index
    poison = zero_or_nan(residuals.soft)  # XLA on a CPU drops NaN in minimum
    return xp.where(drawn, poison, pushed + poison)


def _product(xp: Namespace, residuals: Residuals, vector: Array, tau: Tau, *, gap: float) -> Array:
    q = softmax(xp, perturbed(xp, residuals, gap), tau)
    centred = from_sample(xp, vector, residuals.index)
    centred = centred / tau
    return centred_softmax_product(xp, q, centred, residuals.index, residuals.categories)


gapped_straight_through = Estimator(
    name="gapped_straight_through",
    product=_product,
    jacobians=Jacobians(pi_tau=1.0, over_tau=True, gap="gap"),
    parameters=(
        Parameter(
            "gap",
            1.0,
            "How far below the sample the other perturbed logits are at least.",
            positive=True,
        ),
    ),
    summary="""Gapped straight-through: Gumbel-softmax's perturbation without its noise.

    The stand-in for the derivative of the sample D is W = J(q) / tau with J(q) = diag(q) - q q^T
    and q the softmax, at temperature tau, of logits that are perturbed just enough to make the
    sample the largest, by ``gap``: it is raised to the largest logit, and the others are lowered to
    at least ``gap`` below. Source: Fan, Chi, Rudnicky and Ramadge, ICML 2022, arXiv:2206.07235.""",
)
