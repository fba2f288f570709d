"""What a benchmark needs of a framework; each ``peers.py`` of frameworks/ fills it in.

A *function* takes logits (N, K) and returns the samples that carry the gradient, in the same shape.
Its *step* is one forward and backward pass of ``LOSS``, which is not linear in the samples: of a
linear one a compiler may delete the sampling. It is a matrix product, as most layers that a sample
meets, so the samples do reach the memory; with a square a row it is as cheap as a loss can be
(measured in PyTorch against a square an element, which takes three times as long).
"""

from __future__ import annotations

import abc
import importlib
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, ClassVar, NamedTuple, TypeAlias

Array: TypeAlias = Any
Function: TypeAlias = Callable[..., Array]
Shape: TypeAlias = tuple[int, int]

LOSS = "sum over rows of (y_hard @ w) ** 2"
LOSS_ONLY = "loss only"
ORIGINAL = "PyPI reinmax"

SURROGATE = "surrogate"
JACOBIANS = "K × K Jacobians"
BUILT_IN = "F.gumbel_softmax(hard=True)"
PSEUDO_INVERSE = "pseudo-inverse"
"""What the results call the formulations of the papers."""

BERNOULLI, TWO_CATEGORIES = "bernoulli.reinmax", "reinmax, two categories"
LOGISTIC = "logistic straight-through"
"""What they call functions of binary variables."""


class Step(NamedTuple):
    """One forward and backward pass.

    run : () -> the gradient, once it has been computed
    omission : what the mode did not do for this function; empty if it did all
    """

    run: Callable[[], Array]
    omission: str = ""


class Operations(NamedTuple):
    """What runs in one forward and backward pass, in the framework's own units.

    both : in the two passes together
    forward, backward : in each, where they are apart
    waited : microseconds of Python between the call and the first of them
    """

    both: int
    forward: int | None = None
    backward: int | None = None
    waited: float | None = None


class Peers(abc.ABC):
    """The functions of one framework on one of its devices."""

    framework: ClassVar[str]
    """Its name."""

    modules: ClassVar[tuple[str, ...]]
    """The distributions whose versions matter."""

    functions: Mapping[str, Function]
    """What ours competes with."""

    def __init__(self, device: str) -> None:
        self.device = device

    def ours(self, tau: float) -> Function:
        """``reinmax`` of this package."""
        return self.of_family("reinmax", tau, {})

    @abc.abstractmethod
    def of_family(self, name: str, tau: float, settings: Mapping[str, float]) -> Function:
        """An estimator of this package with hyper-parameters."""

    def formulations(
        self, name: str, tau: float, settings: Mapping[str, float]
    ) -> Mapping[str, Function]:
        """The same estimator as its paper has it, by the names above; only PyTorch has some."""
        return {}

    @abc.abstractmethod
    def repeated(self, function: Function, count: int) -> Function:
        """The function of the logits expanded to so many copies."""

    @abc.abstractmethod
    def binary(self, tau: float) -> dict[str, Function]:
        """``reinmax`` of binary variables, the same as two categories, and a straight-through of
        logistic noise, by the names below; of log-odds, as values of the same shape.
        """

    @abc.abstractmethod
    def identity(self) -> Function:
        """The logits as they are, so that its step is the loss only."""

    @abc.abstractmethod
    def arrays(self, shape: Shape, dtype: str) -> tuple[Array, ...]:
        """Standard normal logits first, and whatever else a step takes."""

    @abc.abstractmethod
    def step(self, mode: str, function: Function, shape: Shape, dtype: str) -> Step:
        """The step of a function in a mode of the sheet."""

    @abc.abstractmethod
    def copy(self, count: int) -> Callable[[], Array]:
        """Copies ``count`` float32 numbers."""

    def candidates(self, taus: tuple[float, ...]) -> dict[str, Function]:
        """Ours for each tau, the peers, and the loss only.

        No peer does less at one tau than at another, so they are timed at 1, which serves for all.
        """
        ours = {our_name(tau): self.ours(tau) for tau in taus}
        return {**ours, **self.functions, LOSS_ONLY: self.identity()}


def our_name(tau: float) -> str:
    """How the results call ours."""
    return f"reinmax_multi, tau {tau:g}"


def load(framework: str, device: str) -> Peers:
    """The peers of a framework, which this imports."""
    module = importlib.import_module(f"benchmarks.frameworks.{framework}_.peers")
    return getattr(module, f"{framework.capitalize()}Peers")(device)


def inspection(framework: str) -> ModuleType:
    """What a framework reports of a step: functions of peers, mode, function, shape and dtype.

    ``saved`` and ``planned`` return bytes, or None where the framework does not report them;
    ``operations`` returns :class:`Operations`.
    """
    return importlib.import_module(f"benchmarks.frameworks.{framework}_.inspection")
