"""Straight-through Gumbel-softmax: differentiate the relaxed sample in place of the sample.

Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax", ICLR 2017,
arXiv:1611.01144, section 2.2; Maddison, Mnih and Teh, ICLR 2017, arXiv:1611.00712. The sample is D
= argmax(theta + G) with Gumbel noise G, and

    W = J(softmax((theta + G) / tau)) / tau.

Here the sample is drawn first, as everywhere in the family, and then G given D: the pair (D, G) has
the same joint distribution. So this is Gumbel-Rao with one draw.
"""

from __future__ import annotations

from .._core.estimator import Estimator
from .._core.gumbel import mean_weight
from .._core.namespace import Array, Namespace
from .._core.residuals import Residuals, Tau, Variables
from .gumbel_rao import gumbel_rao


def _product(xp: Namespace, residuals: Residuals, vector: Array, tau: Tau) -> Array:
    return gumbel_rao.product(xp, residuals, vector, tau, num_samples=1)


def _binary_weight(xp: Namespace, variables: Variables, tau: Tau) -> Array:
    return mean_weight(xp, variables, tau, 1)


gumbel_softmax = Estimator(
    name="gumbel_softmax",
    product=_product,
    binary_weight=_binary_weight,
    backward_noise=True,
    advice="temperatures from 0.1 to 1 are usual; a smaller tau has less bias and more variance",
    summary="""Straight-through Gumbel-softmax: the gradient of a relaxed sample.

    The stand-in for the derivative of the sample D is W = J(q) / tau with q = softmax((logits + G)
    / tau), where G are Gumbels with argmax(logits + G) = D, and J(q) = diag(q) - q q^T. Sample and
    gradient have the distribution of those of ``torch.nn.functional.gumbel_softmax(hard=True)``.
    y_soft is softmax(logits) as in the whole family, not the relaxed sample q. Source: Jang, Gu and
    Poole, ICLR 2017, arXiv:1611.01144, section 2.2.""",
)
