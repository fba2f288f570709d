"""Which estimators of the family are measured, at which settings, and against what."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple, TypeAlias

import typer

from benchmarks.common.contract import Function, Peers

DTYPE = "float32"

SHAPES = "2400x4 800x64"
"""Batches of 100 with 24 latents of 4 categories and with 8 of 64, of the ReinMax papers."""

NUM_SAMPLES = 100
OURS = "reinmax_multi"
REFERENCE = "reinmax_multi, straight_through"

SETTINGS: Mapping[str, Mapping[str, float]] = {
    "gumbel_rao": {"num_samples": NUM_SAMPLES},
    "reinmax_rao": {"num_samples": NUM_SAMPLES},
    "reinmax_cv": {"eta": 1.0, "num_samples": NUM_SAMPLES},
    "gapped_straight_through": {"gap": 1.0},
    "decoupled_straight_through": {"forward_tau": 1.5},
}
COOLED = ("gumbel_softmax", "gumbel_rao", "reinmax_rao", "reinmax_cv")
"""Those that are used at temperatures below 1, and are measured at 1/2 as well."""

Estimators: TypeAlias = Annotated[
    list[str] | None, typer.Option("--estimator", help="May be repeated; all by default.")
]


class Case(NamedTuple):
    """An estimator at a temperature."""

    estimator: str
    tau: float

    def candidates(self, peers: Peers) -> dict[str, Function]:
        """Ours, its formulations, and our straight-through, which is the unit of cost."""
        settings = SETTINGS.get(self.estimator, {})
        return {
            OURS: peers.of_family(self.estimator, self.tau, settings),
            **peers.formulations(self.estimator, self.tau, settings),
            REFERENCE: peers.of_family("straight_through", 1.0, {}),
        }


def cases(estimators: Sequence[str] | None = None) -> list[Case]:
    """Of some estimators, or of the whole family."""
    names = estimators or importlib.import_module("reinmax_multi.estimators").__all__
    taus = {name: (1.0, 0.5) if name in COOLED else (1.0,) for name in names}
    return [Case(name, tau) for name in names for tau in taus[name]]
