"""Which functions compute the two passes of a record: those of rows, or of binary variables."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import binary, gradient
from .estimator import Estimator


class Passes(NamedTuple):
    """Three functions in the shapes and meanings of :mod:`.gradient`."""

    forward: Any
    pullback: Any
    pushforward: Any


ROWS = Passes(gradient.forward, gradient.pullback, gradient.pushforward)
VARIABLES = Passes(binary.forward, binary.pullback, binary.pushforward)


def passes(estimator: Estimator) -> Passes:
    """The functions for a record."""
    return VARIABLES if isinstance(estimator, binary.Binary) else ROWS
