"""Which estimators are measured, at which temperatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from ._evaluator import Evaluator

Estimators: TypeAlias = Sequence[Callable[..., Any]] | Mapping[str, Callable[..., Any]]


class Candidate(NamedTuple):
    """An estimator at a temperature; tau is None where it has none."""

    name: str
    estimator: Callable[..., Any]
    tau: float | None

    @property
    def options(self) -> dict[str, float]:
        """The keyword arguments of the estimator."""
        return {} if self.tau is None else {"tau": self.tau}


def _named(estimators: Estimators) -> dict[str, Callable[..., Any]]:
    if isinstance(estimators, Mapping):
        named = dict(estimators)
    else:
        unnamed = [each for each in estimators if not hasattr(each, "__name__")]
        if unnamed:
            raise TypeError(
                f"estimators holds {unnamed[0]!r}, which has no name: pass a mapping of names to "
                "functions, as {'gumbel_rao, 10': partial(gumbel_rao, num_samples=10)}"
            )
        named = {each.__name__: each for each in estimators}
        if len(named) < len(estimators):
            raise ValueError("estimators holds two of one name: pass a mapping of names to them")
    if not named:
        raise ValueError("estimators is empty: name one at least, or pass None for all")
    return named


def candidates(
    evaluator: Evaluator, estimators: Estimators, taus: Sequence[float]
) -> tuple[list[Candidate], dict[str, str]]:
    """Each estimator at each temperature that it accepts, and why it refuses the others."""
    accepted: list[Candidate] = []
    refused: dict[str, str] = {}
    refusals: list[ValueError] = []
    for name, estimator in _named(estimators).items():
        parameters = inspect.signature(estimator).parameters
        _check_distribution(name, parameters)
        tempered = "tau" in parameters
        choices: Iterable[float | None] = taus if tempered else [None]
        for tau in choices:
            candidate = Candidate(name, estimator, tau)
            try:
                evaluator.gradient(estimator, candidate.options)
            except ValueError as refusal:
                refused[f"{name}, tau={tau}"] = str(refusal)
                refusals.append(refusal)
            else:
                accepted.append(candidate)
    if refusals and not accepted:
        raise refusals[0]
    if not accepted:
        raise ValueError("taus is empty: name a temperature at least, as taus=(1.0,)")
    return accepted, refused


def _check_distribution(name: str, parameters: Mapping[str, inspect.Parameter]) -> None:
    forward = parameters.get("forward_tau")
    if forward is not None and forward.default != 1.0:
        raise ValueError(
            f"estimators: {name} draws from softmax(logits / {forward.default}), whose expected "
            "loss is another one: divide the logits by forward_tau instead, and each tau too"
        )
