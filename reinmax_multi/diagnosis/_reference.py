"""The gradient that the estimators are compared with."""

from __future__ import annotations

import numpy as np

from ._evaluator import Evaluator, finite
from ._joint import Joint
from ._moments import BATCHES, Reference


class ZeroGradientError(ValueError):
    """The exact gradient is 0, so that nothing can be relative to it."""


def enumerated_reference(evaluator: Evaluator, joint: Joint, size: int) -> Reference:
    """The gradient is E (f(x) - E f) (x - pi), and pi drops out as the weights sum to 0."""
    losses = [finite("loss", evaluator.losses(x)) for x, _ in joint.enumerate(size)]
    losses = [part - losses[0][0] for part in losses]  # a constant loss then has gradient 0 exactly
    mean = sum(p @ part for (_, p), part in zip(joint.enumerate(size), losses, strict=True))
    gradient = sum(
        joint.weigh(x, p * (part - mean))
        for (x, p), part in zip(joint.enumerate(size), losses, strict=True)
    )
    return Reference(np.asarray(gradient)[None])


def drawn_reference(
    evaluator: Evaluator, joint: Joint, size: int, calls: int, seed: int
) -> Reference:
    """Leave-one-out REINFORCE: sample i has the mean loss of the others of its batch as baseline.

    The mean over a batch of n of (f_i - mean of the others) (x_i - pi) is the sum of (f_i - mean of
    all) x_i / (n - 1).
    """
    generator = np.random.default_rng([seed, 0])
    batches = []
    for _ in range(BATCHES):
        drawn = [joint.draw(generator, size) for _ in range(calls)]
        losses = finite("loss", np.concatenate([evaluator.losses(x) for x in drawn]))
        weights = (losses - losses.mean()) / (len(losses) - 1)
        batches.append(joint.weigh(np.concatenate(drawn), weights))
    return Reference(np.array(batches))


def check_norm(reference: Reference) -> None:
    """Raises ValueError for a gradient that is 0, or that its noise does not distinguish from 0."""
    norm, error = reference.norm
    if reference.exact and norm == 0.0:
        raise ZeroGradientError(
            "the exact gradient is 0, so that nothing can be relative to it: choose other logits, "
            "or a loss that depends on the samples"
        )
    if norm <= 3.0 * error:
        raise ValueError(
            f"the reference gradient drowns in noise: its squared norm is {norm:.3g} with a "
            f"standard error of {error:.3g}. Raise reference_samples"
        )
