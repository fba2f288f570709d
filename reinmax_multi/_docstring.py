"""The docstring of a bound estimator: the record's summary and the framework's parameters."""

from __future__ import annotations

import math
import textwrap

from ._arguments import span
from .estimator import FORWARD_TAU, Estimator, Parameter

INDENT = " " * 4


def docstring(estimator: Estimator, text: str) -> str:
    """``text`` is numpydoc with the fields ``{name}``, ``{bound}``, ``{law}`` and ``{parameters}``,
    the last where the entry of ``tau`` ends.
    """
    summary = estimator.summary or f"The estimator {estimator.name!r}."
    tempered = any(parameter.name == FORWARD_TAU for parameter in estimator.parameters)
    filled = text.format(
        name=estimator.name,
        bound=_bound(estimator),
        law=f"softmax(logits / {FORWARD_TAU})" if tempered else "softmax(logits)",
        parameters="".join(map(_entry, estimator.parameters)),
    )
    return f"{summary}\n{filled}"


def _bound(estimator: Estimator) -> str:
    if estimator.least_tau == estimator.greatest_tau:
        return f"tau = {estimator.least_tau:g}"
    bound = f"tau >= {estimator.least_tau:g}" if estimator.least_tau else "tau > 0"
    most = estimator.greatest_tau
    return bound if most == math.inf else f"{bound}, tau <= {most:g}"


def _entry(parameter: Parameter) -> str:
    kind = type(parameter.default).__name__
    head = f"{parameter.name} : {kind}, {span(parameter)}, default {parameter.default}\n"
    body = textwrap.fill(
        parameter.summary, 100, initial_indent=2 * INDENT, subsequent_indent=2 * INDENT
    )
    return f"\n{INDENT}{head}{body}"
