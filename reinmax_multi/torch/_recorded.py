"""The derivative where a tracer records operations and drops custom gradients.

torch.export, make_fx and torch.jit.trace keep the operations of the forward pass, and their results
are differentiated one by one: by the sample, 0. So the forward pass gets a term that is 0 and whose
derivative is the estimator's, W (theta - theta') with theta' a constant that equals theta.
"""

from __future__ import annotations

import torch

from .._call.prepare import Call
from .._core.estimator import FORWARD_TAU, Estimator
from .._core.passes import passes
from .._core.residuals import Saved
from . import _namespace as xp
from ._whole import categories_of


def is_recorded() -> bool:
    """Whether such a tracer runs."""
    if torch.compiler.is_compiling():  # Dynamo follows this function and cannot look at the others
        return torch.compiler.is_exporting()
    return (
        torch._C._get_tracing_state() is not None
        or torch._C._get_dispatch_mode(torch._C._TorchDispatchModeKey.PROXY) is not None
    )


def recorded(estimator: Estimator, call: Call) -> tuple[torch.Tensor, torch.Tensor]:
    """y_hard and y_soft, with a first derivative unless gradients are off while they are recorded:
    the logits of the recording may require none, and those that the program meets later one.
    """
    logits, constant = call.rows, call.rows.detach()
    categories = categories_of(constant)
    hard, soft, index = passes(estimator).forward(
        xp,
        constant,
        categories,
        noise=call.noise,
        sample=call.sample,
        forward_tau=call.settings.get(FORWARD_TAU, 1.0),
    )
    if not torch.is_grad_enabled():
        return hard, soft
    saved = Saved(constant, soft, index, call.words)
    zero = torch.where(torch.isfinite(constant), logits - constant, torch.zeros_like(constant))
    terms = passes(estimator).pushforward(
        xp, estimator, call.settings, saved, categories, zero, call.tau
    )
    return hard + terms[0], soft + terms[1]
