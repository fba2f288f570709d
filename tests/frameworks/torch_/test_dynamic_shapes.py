"""torch.compile with dynamic shapes, where the derivative draws noise."""

from __future__ import annotations

import torch

from reinmax_multi.torch import gumbel_rao


def test_noise_of_the_derivative_with_dynamic_shapes():
    """Dynamo alone, which draws the numbers of eager PyTorch."""
    step = torch.compile(gumbel_rao, backend="eager", dynamic=True, fullgraph=True)
    for shape in [(4, 5), (3, 20), (5, 100)]:
        logits, weights = torch.randn(shape, requires_grad=True), torch.randn(shape)
        results = []
        for function in (gumbel_rao, step):
            torch.manual_seed(0)
            hard, _ = function(logits, 1.5)
            results.append(torch.autograd.grad(((hard * weights) ** 3).sum(), logits)[0])
        torch.testing.assert_close(*results)
