"""What a framework does for a diagnosis, and what it checks of its user's loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from ._joint import Categories, Joint, Numbers

GRADIENT = "the gradient of the loss"


@dataclass(frozen=True)
class Words:
    """The words of a framework in the signature and the docstring of ``diagnose``.

    Parameters
    ----------
    package
        The module whose attribute ``diagnose`` is.
    array
        The type of a sample and of a loss, as an annotation.
    logits
        The types that logits may have, in words.
    logits_annotation
        The same as an annotation.
    arrays
        What many of them are called.
    traced
        How the loss is run.
    example
        The section Examples.

    """

    package: str
    array: str
    logits: str
    logits_annotation: str
    arrays: str
    traced: str
    example: str


class Evaluator(Protocol):
    """A loss and its logits in a framework; a batch of samples holds B configurations."""

    words: ClassVar[Words]
    xp: ClassVar[Any]
    """The names that the built-in losses need."""

    framework: str
    """The name and version."""

    logits: Numbers

    def __init__(self, loss: Callable[[Any], Any], logits: Any) -> None: ...

    @staticmethod
    def is_array(logits: Any) -> bool:
        """Whether logits are an array that the framework takes."""

    @staticmethod
    def asarray(values: Numbers) -> Any:
        """The float32 constants of a built-in loss."""

    def losses(self, categories: Categories) -> Numbers:
        """(B, R) categories -> the (B,) losses."""

    def gradient(
        self, estimator: Callable[..., Any], options: Mapping[str, float]
    ) -> Callable[[int, int, Categories | None], Numbers]:
        """A function of B, a seed and (B, R) categories or None to draw them -> (B, R * K)."""


def check_losses(values: Any, is_array: bool, size: int) -> None:
    """What the loss of the user must return, of ``size`` samples; also called while tracing."""
    if not is_array:
        raise TypeError(
            f"loss must return an array of the framework, got {type(values).__name__}: return one "
            "number for each sample, without leaving the framework"
        )
    if tuple(values.shape) != (size,):
        raise ValueError(
            f"loss must return one number for each sample, shape {(size,)} for {size} samples, got "
            f"{tuple(values.shape)}: sum or average over all axes but the first"
        )


def finite(what: str, array: Numbers) -> Numbers:
    if not np.isfinite(array).all():
        raise ValueError(
            f"{what} must be finite, got {array[~np.isfinite(array)][0]} at a sample of positive "
            "probability: mask a category that must not occur by a logit of -inf"
        )
    return array


def check_independence(evaluator: Evaluator, joint: Joint, size: int) -> None:
    """Half of a batch must keep its losses when the other half is replaced by one configuration."""
    x = joint.draw(np.random.default_rng([0, 0]), size)
    kept = x[size // 2 :]
    replaced = np.concatenate([np.repeat(kept[:1], size // 2, axis=0), kept])
    before, after = (finite("loss", evaluator.losses(each)) for each in (x, replaced))
    change = np.abs(after - before)[size // 2 :]
    if change.max() > 1e-2 * np.abs([before, after]).max():
        worst = size // 2 + int(change.argmax())
        raise ValueError(
            "loss must treat the samples of a batch one by one and draw no noise of its own, but "
            f"a sample has the loss {before[worst]:.4g}, and {after[worst]:.4g} when others of its "
            "batch are replaced: put batch normalisation and dropout in inference mode"
        )
