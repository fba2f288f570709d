"""The tables of the estimators, in README.md and docs/choosing.md."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable
from typing import Any, TypeAlias

from benchmarks.common import results
from benchmarks.common.markdown import table
from reinmax_multi import estimators

Record: TypeAlias = dict[str, Any]

FEW = ("reinmax", "straight_through", "gumbel_softmax", "gumbel_rao")
IN_README = ("quadratic", "decoder", "quartic", "quantiser")
RIVALS = ("straight_through", "gumbel_softmax", "gumbel_rao")
EXAMPLES = results.FOLDER.parents[1] / "examples" / "results"
DATA = {"mnist": "MNIST, 30 epochs", "digits": "digits, 100 epochs"}
TRAINED = "test -ELBO"
TIMED_SHAPE = [2400, 4]
OURS, UNIT = "reinmax_multi", "reinmax_multi, straight_through"
"""What the results of ``benchmarks.family`` call an estimator and straight-through next to it."""


def few() -> str:
    """README: some estimators on some losses, and one training."""
    losses, trained = _losses(), _training("mnist")
    (tau,) = (row["tau"] for row in _rows("mnist") if row["estimator"] == "reinmax")
    trained["reinmax"] += f" at τ = {tau:g}, {trained['zgr']} at τ = 1"
    head = [
        "bias, std, cosine",
        *(losses[name]["title"] for name in IN_README),
        "MNIST-VAE, test −ELBO",
    ]
    lines = [
        [
            f"`{name}`",
            *(_quality(_at(losses[loss], name, 1.0)) for loss in IN_README),
            trained[name],
        ]
        for name in FEW
    ]
    return table(head, lines)


def bias() -> str:
    """Bias, standard deviation and cosine of all, at τ = 1."""
    losses = _losses()
    head = ["bias, std, cosine", *(loss["title"] for loss in losses.values())]
    lines = [
        [f"`{name}`", *(_quality(_at(loss, name, 1.0)) for loss in losses.values())]
        for name in estimators.__all__
    ]
    return table(head, lines)


def lengths() -> str:
    """The root mean square of the length of one sample's gradient, at some temperatures."""
    losses = _losses()
    chosen = [("straight_through", 1.0), ("reinmax", 1.0)]
    chosen += [("gumbel_softmax", tau) for tau in (2.0, 1.0, 0.5)]
    lines = [
        [f"`{name}`", f"{tau:g}", *(_length(_at(loss, name, tau)) for loss in losses.values())]
        for name, tau in chosen
    ]
    return table(["length", "τ", *(loss["title"] for loss in losses.values())], lines)


def enough() -> str:
    """From how many samples on ReinMax has the smaller mean squared error."""
    losses = _losses()
    head = ["smaller error than", *(loss["title"] for loss in losses.values())]
    lines = [
        [f"`{rival}`", *(_crossing(loss, rival) for loss in losses.values())] for rival in RIVALS
    ]
    return table(head, lines)


def _crossing(loss: dict[str, Any], rival: str) -> str:
    """The N from which bias^2 + variance / N is smaller for ReinMax, both at τ = 1."""
    ours, theirs = (_at(loss, name, 1.0) for name in ("reinmax", rival))
    less_bias = theirs["relative_bias"] ** 2 - ours["relative_bias"] ** 2
    more_variance = ours["relative_std"] ** 2 - theirs["relative_std"] ** 2
    errors = (each["relative_bias_error"] for each in (ours, theirs))
    if less_bias <= 2 * theirs["relative_bias"] * math.hypot(*errors):
        return "never"
    return str(math.ceil(more_variance / less_bias))


def trained() -> str:
    """The test -ELBO of the trained VAEs, and the temperatures."""
    runs = {name: _training(name) for name in DATA}
    taus = {row["estimator"]: row["tau"] for row in _rows("mnist")}
    lines = [
        [f"`{name}`", f"{taus[name]:g}", *(run.get(name, "") for run in runs.values())]
        for name in sorted(runs["mnist"], key=lambda name: _first(runs["mnist"][name]))
    ]
    return table(["test −ELBO", "τ", *DATA.values()], lines)


def _first(text: str) -> float:
    """The mean, to sort by."""
    return float(text.partition(" ")[0])


def sources() -> str:
    """What each is exact on, its cost and its source."""
    lines = [[f"`{name}`", exact, _cost(name), source] for name, (exact, source) in SOURCES.items()]
    return table(["estimator", "exact on", "time", "source"], lines)


SOURCES = {
    "reinmax": ("quadratics at τ = 1", "[Liu 2023](https://arxiv.org/abs/2304.08612)"),
    "zgr": ("quadratics", "[Shekhovtsov 2023](https://arxiv.org/abs/2301.00434)"),
    "minimum_variance": ("quadratics", "Hooper & Shekhovtsov 2026"),
    "straight_through": ("linear at τ = 1", "[Bengio 2013](https://arxiv.org/abs/1308.3432)"),
    "decoupled_straight_through": (
        "linear at τ = forward τ",
        "[Shah 2024](https://arxiv.org/abs/2410.13331)",
    ),
    "gapped_straight_through": ("", "[Fan 2022](https://arxiv.org/abs/2206.07235)"),
    "gumbel_softmax": (
        "quadratics as τ → 0",
        "[Jang 2017](https://arxiv.org/abs/1611.01144)",
    ),
    "gumbel_rao": ("quadratics as τ → 0", "[Paulus 2021](https://arxiv.org/abs/2010.04838)"),
    "reinmax_rao": ("", "[Wang 2026](https://arxiv.org/abs/2603.08257)"),
    "reinmax_cv": ("quadratics at η = 0", "[Wang 2026](https://arxiv.org/abs/2603.08257)"),
}


def _cost(name: str) -> str:
    """In units of straight-through's time in the same round."""
    (result,) = (each for each in results.read(results.FOLDER, "family") if _is_jax(each))
    (row,) = (
        row
        for row in result["rows"]
        if (row["estimator"], row["tau"], row["shape"]) == (name, 1.0, TIMED_SHAPE)
    )
    times = row["milliseconds"]
    return f"{times[OURS]['median'] / times[UNIT]['median']:.1f}"


def _is_jax(result: results.Result) -> bool:
    return bool(result["about"]["framework"] == "jax")


def _losses() -> dict[str, Any]:
    text = (results.FOLDER / "estimators.json").read_text(encoding="utf-8")
    losses: dict[str, Any] = json.loads(text)["losses"]
    return losses


def _at(loss: dict[str, Any], name: str, tau: float) -> Record | None:
    """The record of an estimator, None if it refused so many categories."""
    found = [each for each in loss["records"] if (each["estimator"], each["tau"]) == (name, tau)]
    return found[0] if found else None


def _quality(record: Record | None) -> str:
    if record is None:
        return ""
    bias, std, cosine = (record[key] for key in ("relative_bias", "relative_std", "cosine"))
    return f"{bias:.2f}, {_rounded(std)}, {cosine:.2f}"


def _length(record: Record | None) -> str:
    return "" if record is None else _rounded(record["relative_length"])


def _rounded(value: float) -> str:
    return f"{value:.2f}" if value < 1 else f"{value:.1f}"


def _training(name: str) -> dict[str, str]:
    """Mean and standard error over the seeds of what each estimator reached."""
    return {row["estimator"]: _mean(row["last"][TRAINED]) for row in _rows(name)}


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def _mean(values: Iterable[float]) -> str:
    values = list(values)
    error = statistics.stdev(values) / math.sqrt(len(values))
    return f"{statistics.mean(values):.1f} ± {error:.1f}"
