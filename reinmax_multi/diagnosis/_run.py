"""The reference gradient, and each estimator at each temperature against it."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from . import _measure as measure
from ._candidates import Candidate, Estimators, candidates
from ._evaluator import Evaluator, check_independence
from ._joint import Joint, Numbers
from ._moments import BATCHES, Moments, Reference, compare, root
from ._record import Record
from ._reference import check_norm, drawn_reference, enumerated_reference
from ._result import Diagnosis

Progress: TypeAlias = Callable[[int, int, str], object]


def run(
    evaluator: Evaluator,
    estimators: Estimators,
    *,
    taus: Sequence[float],
    num_samples: int,
    reference_samples: int,
    max_configurations: int,
    batch_size: int,
    seed: int,
    progress: Progress | None,
) -> Diagnosis:
    """What ``reinmax_multi.<framework>.diagnose`` returns; see there."""
    for name, value, least in (
        ("num_samples", num_samples, 2 * BATCHES),
        ("reference_samples", reference_samples, 2 * BATCHES),
        ("max_configurations", max_configurations, 0),
        ("batch_size", batch_size, 2),
        ("seed", seed, 0),
    ):
        _check_count(name, value, least)
    joint = _joint(evaluator.logits)
    chosen, refused = candidates(evaluator, estimators, taus)
    enumerable = joint.configurations <= max_configurations
    if enumerable:
        size = min(batch_size, joint.configurations)
        check_independence(evaluator, joint, size)
        reference = enumerated_reference(evaluator, joint, size)
        source = f"enumeration of {joint.configurations} configurations"
    else:
        size, calls = _portions(reference_samples, batch_size)
        check_independence(evaluator, joint, size)
        reference = drawn_reference(evaluator, joint, size, calls, seed)
        source = f"leave-one-out REINFORCE on {BATCHES * size * calls} samples"
    check_norm(reference)
    records = []
    size, calls = _portions(num_samples, batch_size)
    for done, candidate in enumerate(chosen):
        if progress is not None:
            progress(done, len(chosen), candidate.name)
        gradient = evaluator.gradient(candidate.estimator, candidate.options)
        moments, count = None, joint.configurations
        if enumerable:
            moments = measure.enumerated(gradient, joint, reference, batch_size)
        if moments is None:
            moments, count = measure.drawn(gradient, joint, reference, size, calls, seed)
        seconds = measure.seconds(gradient, size)
        records.append(_record(candidate, moments, reference, count, seconds))
    if progress is not None:
        progress(len(chosen), len(chosen), "")
    noise = reference.batches.var(axis=0, ddof=1).sum() / BATCHES if not reference.exact else 0.0
    return Diagnosis(
        framework=evaluator.framework,
        reference=source,
        gradient=reference.mean.reshape(evaluator.logits.shape),
        gradient_error=math.sqrt(noise / reference.norm[0]),
        batch_size=size,
        seed=seed,
        records=tuple(records),
        refused=refused,
    )


def _record(
    candidate: Candidate, moments: Moments, reference: Reference, count: int, seconds: float
) -> Record:
    values, errors = compare(moments, reference)
    bias, std = (root(values[i], errors[i]) for i in (0, 1))
    return Record(
        estimator=candidate.name,
        tau=candidate.tau,
        exact=len(moments.squares) == 1,
        num_samples=count,
        relative_bias=bias[0],
        relative_bias_error=bias[1],
        relative_std=std[0],
        relative_std_error=std[1],
        relative_mse=float(values[2]),
        relative_mse_error=float(errors[2]),
        cosine=float(np.minimum(values[3], 1.0)),
        cosine_error=float(errors[3]),
        seconds=seconds,
    )


def _joint(logits: Numbers) -> Joint:
    if logits.ndim == 0 or logits.size == 0:
        raise ValueError(
            f"logits must have the shape (..., K) and hold a row at least, got {logits.shape}"
        )
    top = logits.max(axis=-1)
    if not np.all(np.isfinite(top)):  # NaN, +inf, or -inf throughout
        raise ValueError(
            "logits must give each row a distribution: one holds NaN or +inf, or is -inf throughout"
        )
    return Joint(logits)


def _check_count(name: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an int, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")


def _portions(samples: int, batch_size: int) -> tuple[int, int]:
    """The size of a call and the number of calls, for each of the batches of all samples."""
    batch = math.ceil(samples / BATCHES)
    calls = math.ceil(batch / batch_size)
    return math.ceil(batch / calls), calls
