"""Each estimator of the family as its paper formulates it, under its own name.

A surrogate is differentiated by autograd in place of the sample, and all of the Monte Carlo is one
array: what a careful user would write. The published code of ReinMax-Rao and ReinMax-CV makes a
K x K Jacobian for each draw instead, so these two have both.

They are written for PyTorch only: the arithmetic is the same in any framework. That each has the
gradient of our estimator is a test, ``tests/programs/torch_/test_formulations.py``.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from benchmarks.common.contract import (
    BUILT_IN,
    JACOBIANS,
    PSEUDO_INVERSE,
    SURROGATE,
    Function,
)


def draw(pi: torch.Tensor) -> torch.Tensor:
    """One-hot samples."""
    return torch.zeros_like(pi).scatter_(-1, torch.multinomial(pi.detach(), 1), 1.0)


def replace(hard: torch.Tensor, surrogate: torch.Tensor) -> torch.Tensor:
    """The values of ``hard`` with the gradient of ``surrogate``."""
    return hard + (surrogate - surrogate.detach())


def multiply(logits: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """A surrogate whose derivative is that of the rows' matrices: W g for a cotangent g."""
    return (logits[:, None, :] @ weights.detach())[:, 0]


def jacobian(q: torch.Tensor) -> torch.Tensor:
    """J(q) = diag(q) - q q^T."""
    return torch.diag_embed(q) - q[..., :, None] * q[..., None, :]


def given(theta: torch.Tensor, hard: torch.Tensor, num_samples: int) -> torch.Tensor:
    """(num_samples, N, K) theta + G, with Gumbels G given that the sample is the argmax."""
    noise = theta.new_empty((num_samples, *theta.shape)).exponential_()
    of_sample = (noise * hard).sum(-1, keepdim=True)
    total = theta.exp().sum(-1, keepdim=True)
    others = -(noise / theta.exp() + of_sample / total).log()
    return hard * (total.log() - of_sample.log()) + (1.0 - hard) * others


def at_fixed(logits: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """``value`` as logits plus a constant."""
    return logits + (value - logits).detach()


def halfway(logits: torch.Tensor, hard: torch.Tensor) -> torch.Tensor:
    """theta_D = log((pi + D) / 2)."""
    return (0.5 * (logits.detach().softmax(-1) + hard)).log()


def straight_through(tau: float, forward_tau: float = 1.0) -> dict[str, Function]:
    def surrogate(logits: torch.Tensor) -> torch.Tensor:
        return replace(draw((logits / forward_tau).softmax(-1)), (logits / tau).softmax(-1))

    return {SURROGATE: surrogate}


decoupled_straight_through = straight_through


def reinmax(tau: float) -> dict[str, Function]:
    """Algorithm 2 of Liu et al. (2023)."""

    def surrogate(logits: torch.Tensor) -> torch.Tensor:
        soft = logits.softmax(-1)
        hard = draw(soft)
        middle = (0.5 * ((logits / tau).softmax(-1) + hard)).log()
        return replace(hard, 2.0 * at_fixed(logits, middle).softmax(-1) - 0.5 * soft)

    return {SURROGATE: surrogate}


def zgr(tau: float) -> dict[str, Function]:
    """Shekhovtsov (2023): half of softmax, half of (D - pi) log pi_D."""

    def surrogate(logits: torch.Tensor) -> torch.Tensor:
        soft = logits.softmax(-1)
        hard = draw(soft)
        score = (hard * logits.log_softmax(-1)).sum(-1, keepdim=True)
        return replace(hard, 0.5 * (soft + (hard - soft).detach() * score))

    return {SURROGATE: surrogate}


def gumbel_softmax(tau: float) -> dict[str, Function]:
    return {BUILT_IN: lambda logits: functional.gumbel_softmax(logits, tau, hard=True)}


def gumbel_rao(tau: float, num_samples: int) -> dict[str, Function]:
    def surrogate(logits: torch.Tensor) -> torch.Tensor:
        hard = draw(logits.softmax(-1))
        relaxed = at_fixed(logits, given(logits.detach(), hard, num_samples))
        return replace(hard, (relaxed / tau).softmax(-1).mean(0))

    return {SURROGATE: surrogate}


def gapped_straight_through(tau: float, gap: float) -> dict[str, Function]:
    def surrogate(logits: torch.Tensor) -> torch.Tensor:
        hard = draw(logits.softmax(-1))
        largest = logits.amax(-1, keepdim=True)
        lift = hard * (largest - (hard * logits).sum(-1, keepdim=True))
        push = (1.0 - hard) * (logits + gap - largest).clamp(min=0.0)
        return replace(hard, ((logits + (lift - push).detach()) / tau).softmax(-1))

    return {SURROGATE: surrogate}


def reinmax_rao(tau: float, num_samples: int) -> dict[str, Function]:
    def surrogate(logits: torch.Tensor) -> torch.Tensor:
        soft = logits.softmax(-1)
        hard = draw(soft)
        relaxed = at_fixed(logits, given(halfway(logits, hard), hard, num_samples))
        return replace(hard, 2.0 * (relaxed / tau).softmax(-1).mean(0) - 0.5 * soft)

    def jacobians(logits: torch.Tensor) -> torch.Tensor:
        soft = logits.detach().softmax(-1)
        hard = draw(soft)
        relaxed = given(halfway(logits, hard), hard, num_samples)
        rao = jacobian((relaxed / tau).softmax(-1)).mean(0) / tau
        return replace(hard, multiply(logits, 2.0 * rao - 0.5 * jacobian(soft)))

    return {SURROGATE: surrogate, JACOBIANS: jacobians}


def reinmax_cv(tau: float, eta: float, num_samples: int) -> dict[str, Function]:
    """The sample is the argmax of logits + G, and the same G perturb theta_D."""

    def perturbed(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        gumbels = -torch.empty_like(logits).exponential_().log()
        best = (logits + gumbels).argmax(-1, keepdim=True)
        return torch.zeros_like(logits).scatter_(-1, best, 1.0), gumbels

    def surrogate(logits: torch.Tensor) -> torch.Tensor:
        hard, gumbels = perturbed(logits.detach())
        theta = halfway(logits, hard)
        plain = 2.0 * at_fixed(logits, theta).softmax(-1) - 0.5 * logits.softmax(-1)
        rao = (at_fixed(logits, given(theta, hard, num_samples)) / tau).softmax(-1).mean(0)
        single = (at_fixed(logits, theta + gumbels) / tau).softmax(-1)
        return replace(hard, plain + eta * (rao - single))

    def jacobians(logits: torch.Tensor) -> torch.Tensor:
        hard, gumbels = perturbed(logits.detach())
        soft, theta = logits.detach().softmax(-1), halfway(logits, hard)
        plain = 2.0 * jacobian(theta.softmax(-1)) - 0.5 * jacobian(soft)
        rao = jacobian((given(theta, hard, num_samples) / tau).softmax(-1)).mean(0)
        single = jacobian(((theta + gumbels) / tau).softmax(-1))
        return replace(hard, multiply(logits, plain + (eta / tau) * (rao - single)))

    return {SURROGATE: surrogate, JACOBIANS: jacobians}


def minimum_variance(tau: float) -> dict[str, Function]:
    """(D - pi) D^T / 2 + J(pi) G^+ A / 2, with A g = a - D sum(a)."""

    def pseudo_inverse(logits: torch.Tensor) -> torch.Tensor:
        soft = logits.detach().softmax(-1)
        hard = draw(soft)
        left, right = soft[:, :, None], soft[:, None, :]
        edges = left * right / (left + right)
        laplacian = torch.diag_embed(edges.sum(-1)) - edges
        share = (1.0 - hard) * soft / ((hard * soft).sum(-1, keepdim=True) + soft)
        charges = torch.diag_embed(share) - hard[:, :, None] * share[:, None, :]
        flow = jacobian(soft) @ torch.linalg.pinv(laplacian, hermitian=True) @ charges
        weights = 0.5 * ((hard - soft)[:, :, None] * hard[:, None, :] + flow)
        return replace(hard, multiply(logits, weights))

    return {PSEUDO_INVERSE: pseudo_inverse}
