"""A matrix W that is a sum of Jacobians of softmax, in numbers instead of operations.

The product of a record is a program, of which a kernel can know nothing. This is what a kernel may
know of the record: enough to compute the product in its own way, without knowing the estimator.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Jacobians:
    """W = [pi J(pi) + pi_tau J(pi_tau) + middle J((pi_tau + D) / 2)], divided by tau or not.

    J(q) = diag(q) - q q^T, pi = softmax(theta), pi_tau = softmax(theta / tau), and D the sample. In
    a record with ``forward_tau`` theta is logits / forward_tau and tau is relative to it, and the
    product is divided by forward_tau, which makes it one by the logits.

    Parameters
    ----------
    pi, pi_tau, middle : float
        The weight of each Jacobian.
    over_tau : bool
        Whether W is divided by tau, as the derivative of softmax(theta / tau) is.
    gap : str, optional
        The name of a parameter of the record. In pi_tau, theta then is the perturbed one of
        ``gapped_straight_through``: the sample is lifted to the largest logit, and the others are
        pushed to at least so much below it.

    Examples
    --------
    ReinMax:

    >>> from reinmax_multi import Jacobians, estimators
    >>> estimators.reinmax.jacobians
    Jacobians(pi=-0.5, pi_tau=0.0, middle=2.0, over_tau=False, gap=None)

    """

    pi: float = 0.0
    pi_tau: float = 0.0
    middle: float = 0.0
    over_tau: bool = False
    gap: str | None = None
