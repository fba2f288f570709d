"""What PyTorch users have today, on the same inputs and samples.

ReinMax: the backward pass of PyPI ``reinmax`` 0.1.0, with a given sample.
Straight-through: softmax(logits / tau), differentiated by autograd.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from reinmax.reinmax import ReinMax_Auto

from .cases import Batch

NAME = "reference"


class Reference:
    """A ``Compute`` for PyTorch tensors made by a driver."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def __call__(self, estimator: str, tau: float, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
        logits, g, h = (
            self._driver.asarray(part, batch.dtype) for part in (batch.logits, batch.g, batch.h)
        )
        logits.requires_grad_()
        soft = logits.softmax(-1)
        if estimator == "reinmax":
            index = torch.tensor(batch.index)[:, None]
            one_hot = torch.zeros_like(soft).scatter(-1, index, 1.0)
            saved = one_hot, logits.detach(), soft.detach(), logits.new_full((1,), tau)
            cotangent, _ = ReinMax_Auto.backward(SimpleNamespace(saved_tensors=saved), g, h)
        else:
            outputs = (logits / tau).softmax(-1), soft
            (cotangent,) = torch.autograd.grad(outputs, logits, (g, h))
        return self._driver.to_numpy(soft), self._driver.to_numpy(cotangent)
