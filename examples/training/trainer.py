"""What a loss may use, and what is asked of the trainer of a framework."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

Array: TypeAlias = Any
"""An array of the framework."""

EVALUATION = 0
"""The step whose draws an evaluation uses; training counts from 1."""
PYPI_REINMAX = "pypi_reinmax"
"""The estimator of the package ``reinmax``, which is for PyTorch."""


class Ops(NamedTuple):
    """The functions of a framework under the same names; arithmetic and ``@`` are its own."""

    abs: Callable[..., Array]
    broadcast_to: Callable[..., Array]
    exp: Callable[..., Array]
    mean: Callable[..., Array]
    reshape: Callable[..., Array]
    relu: Callable[..., Array]
    sigmoid: Callable[..., Array]
    stop_gradient: Callable[..., Array]
    sum: Callable[..., Array]
    log_softmax: Callable[[Array], Array]
    """Over the last axis."""
    binary_cross_entropy: Callable[[Array, Array], Array]
    """Of logits and targets, element by element."""


Sample: TypeAlias = Callable[[Array], tuple[Array, Array]]
"""``y_hard, y_soft`` of logits, by the estimator with the noise of the step; to be called once."""

Loss: TypeAlias = Callable[..., Array]
"""``loss(ops, parameters, sample, *batch)``, a scalar."""


class Optimiser(NamedTuple):
    """Adam or RAdam, by the framework or its companion library; betas are 0.9 and 0.999."""

    name: str
    learning_rate: float
    epsilon: float = 1e-8  # the frameworks' defaults differ


class Trainer(Protocol):
    """Parameters, an optimiser and a loss; what is random follows from the seed and the step."""

    ops: Ops
    family: Any
    """The module ``reinmax_multi.<framework>``."""
    version: str
    parameters: list[Array]

    def __init__(
        self,
        loss: Loss,
        parameters: Sequence[np.ndarray],
        optimiser: Optimiser,
        estimator: str,
        tau: float,
        seed: int,
    ) -> None: ...

    def step(self, number: int, *batch: np.ndarray) -> Any:
        """Take one step, counted from 1; the loss before it, which ``float`` makes a number."""

    def apply(self, function: Callable[..., Array], *arrays: np.ndarray) -> np.ndarray:
        """``function(ops, parameters, sample, *arrays)``, without a gradient."""

    def asarray(self, array: np.ndarray) -> Array:
        """An array of the framework."""

    def state(self) -> list[np.ndarray]:
        """Parameters and what the optimiser keeps."""

    def restore(self, state: Sequence[np.ndarray]) -> None:
        """Go on from what ``state`` returned."""


def trainer(framework: str) -> type[Trainer]:
    """That of a framework."""
    return importlib.import_module(f"{__package__}.on_{framework}").Trainer


def layer(inputs: int, outputs: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Kernel (inputs, outputs) and bias of a dense layer, as PyTorch draws them by default."""
    bound = 1 / np.sqrt(inputs)
    shapes = (inputs, outputs), outputs
    return [generator.uniform(-bound, bound, shape).astype(np.float32) for shape in shapes]
