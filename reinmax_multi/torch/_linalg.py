"""``solve`` of the array API standard's ``linalg`` extension, differentiable to any order.

The forward-mode rule of ``torch.linalg.solve`` computes with factors that it takes for constants,
so a derivative of it is wrong, silently: https://github.com/pytorch/pytorch/issues/192540.
"""

import torch


def solve(matrix: torch.Tensor, right: torch.Tensor, /) -> torch.Tensor:
    """The solution X of A X = B for (..., K, K) and (..., K, M)."""
    solution: torch.Tensor = torch.linalg.lu_solve(*torch.linalg.lu_factor(matrix), right)
    return solution
