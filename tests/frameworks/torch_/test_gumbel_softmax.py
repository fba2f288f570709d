"""Promise: ``gumbel_softmax`` samples as ``torch.nn.functional.gumbel_softmax(hard=True)`` does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reinmax_multi import torch as ours

DRAWS = 100_000
RARELY = 1e-6
LOGITS = torch.tensor([0.3, -1.0, 1.2, 0.0], dtype=torch.float64)
CALLS = {
    "theirs": lambda logits, tau: torch.nn.functional.gumbel_softmax(logits, tau, hard=True),
    "gumbel_softmax": lambda logits, tau: ours.gumbel_softmax(logits, tau).y_hard,
    "gumbel_rao": lambda logits, tau: ours.gumbel_rao(logits, tau, num_samples=1).y_hard,
}


def gradients(call: str, tau: float, seed: int) -> np.ndarray:
    """Of a loss cubic in the sample, for each of many draws."""
    torch.manual_seed(seed)
    logits = LOGITS.repeat(DRAWS, 1).requires_grad_()
    hard = CALLS[call](logits, tau)
    weights = torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=torch.float64)
    loss = (weights * (hard - 0.3) ** 3).sum() + (hard @ weights).pow(2).sum()
    return torch.autograd.grad(loss, logits)[0].numpy()


@pytest.mark.parametrize("tau", [0.5, 1.0])
@pytest.mark.parametrize("call", ["gumbel_softmax", "gumbel_rao"])
def test_same_distribution(call, tau):
    """The two-sample test of Kolmogorov and Smirnov, along five directions."""
    one, other = gradients(call, tau, 1), gradients("theirs", tau, 2)
    allowed = np.sqrt(np.log(2 / RARELY) / DRAWS)
    for direction in (*np.eye(4), np.array([0.3, -0.7, 0.2, 1.1])):
        a, b = np.sort(one @ direction), np.sort(other @ direction)
        both = np.concatenate([a, b])
        gap = np.searchsorted(a, both, "right") - np.searchsorted(b, both, "right")
        assert np.abs(gap).max() / DRAWS < allowed
