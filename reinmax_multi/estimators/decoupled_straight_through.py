"""Decoupled straight-through: one temperature to draw with, another to differentiate with.

Shah, Yan, Mozer and Liu, "Improving Discrete Optimisation Via Decoupled Straight-Through
Estimator", arXiv:2410.13331: the sample is drawn from softmax(theta / tau_f) and differentiated as
if it were softmax(theta / tau_b),

    D ~ softmax(theta / tau_f),    W = J(softmax(theta / tau_b)) / tau_b.

tau_f is ``forward_tau`` and tau_b is ``tau``. Since the distribution of the sample changes, so does
the expected loss: this is the only estimator of the family with another forward pass. It is
straight-through of theta / tau_f at the temperature tau_b / tau_f, and straight-through itself at
tau_f = 1.
"""

from __future__ import annotations

from .._core.algebra import from_sample
from .._core.estimator import FORWARD_TAU, Estimator, Parameter
from .._core.namespace import Array, Namespace
from .._core.residuals import Residuals, Tau
from .straight_through import straight_through


def _product(
    xp: Namespace, residuals: Residuals, vector: Array, tau: Tau, *, forward_tau: float
) -> Array:
    """The gradient by the logits of straight-through at logits / forward_tau."""
    if forward_tau != 1:
        vector = from_sample(xp, vector, residuals.index)  # first: see straight_through
        vector /= forward_tau
    return straight_through.product(xp, residuals, vector, tau)


decoupled_straight_through = Estimator(
    name="decoupled_straight_through",
    product=_product,
    jacobians=straight_through.jacobians,
    parameters=(
        Parameter(
            FORWARD_TAU,
            1.0,
            "Temperature of the sample and of y_soft: above 1 their distribution is flatter, below "
            "1 more peaked.",
            positive=True,
        ),
    ),
    summary="""Straight-through with a separate temperature for the sample.

    The sample is drawn from softmax(logits / forward_tau), which also is y_soft, and the stand-in
    for its derivative is W = J(q) / tau with q = softmax(logits / tau) and J(q) = diag(q) - q q^T.
    At tau = forward_tau it is exact in expectation for losses linear in the sample. Source: Shah,
    Yan, Mozer and Liu (2024), arXiv:2410.13331.""",
)
