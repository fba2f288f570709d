"""The face of a bound function: its name, its signature and its docstring.

The arguments and their descriptions are written here once; a :class:`Face` holds the types, words
and examples that differ between frameworks.
"""

from __future__ import annotations

import inspect
import math
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .._core.binary import Binary
from .._core.estimator import FORWARD_TAU, Estimator, Parameter

BINARY = (
    "Here for binary variables: what it is for two categories with the logits (0, l), of which "
    "y_hard, y_soft and the gradient of l are the last components, without an axis of two."
)
WIDTH = 100
INDENT = " " * 4

Bound = TypeVar("Bound", bound=Callable[..., Any])


@dataclass(frozen=True)
class Face:
    """The words of a framework. Annotations are text; in texts, ``{name}`` is the estimator's.

    Parameters
    ----------
    package
        The module whose attribute the bound function is, where pickle looks for it.
    array
        The framework's array in words.
    axis, source
        The names of the axis argument, None for binary variables, and of the source of randomness.
    annotations
        Of ``logits``, ``tau``, ``sample``, the source, and ``return``.
    describe
        The docstring entries of ``logits``, ``tau`` and the source: a head with name and type, and
        a body. ``{bound}`` is the range of the temperature, ``{of_rows}`` what the axis asks of
        its shape.
    returned
        The entries of the section Returns. ``{distribution}`` is what y_soft is.
    notes
        The section Notes, as text; empty without one.
    raises
        More entries of the section Raises.
    example
        The section Examples.
    accepts_hard
        Whether ``hard=True`` may be the third argument, as in PyPI ``reinmax``.

    """

    package: str
    array: str
    axis: str | None
    source: str
    annotations: dict[str, str]
    describe: dict[str, tuple[str, str]]
    returned: tuple[tuple[str, str], ...]
    example: str
    notes: str = ""
    raises: tuple[tuple[str, str], ...] = ()
    accepts_hard: bool = False


def present(bound: Bound, estimator: Estimator, face: Face) -> Bound:
    """The bound function with the name, the signature, the docstring and the record itself."""
    bound.__module__ = face.package
    bound.__name__ = bound.__qualname__ = estimator.name
    bound.__doc__ = docstring(estimator, face)
    bound.__signature__ = signature(estimator, face)  # type: ignore[attr-defined]
    bound.estimator = estimator  # type: ignore[attr-defined]
    return bound


def signature(estimator: Estimator, face: Face) -> inspect.Signature:
    """The arguments in the order of the docstring, annotations as text."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    either = inspect.Parameter.POSITIONAL_OR_KEYWORD

    def parameter(name: str, kind: Any, default: Any, annotation: str = "") -> inspect.Parameter:
        shown = annotation or face.annotations[name]
        return inspect.Parameter(name, kind, default=default, annotation=shown)

    positional = [
        parameter("logits", either, inspect.Parameter.empty),
        parameter("tau", either, 1.0),
    ]
    if face.accepts_hard:
        positional.append(parameter("hard", either, True, "bool"))
    own = [
        parameter(each.name, keyword, each.default, type(each.default).__name__)
        for each in estimator.parameters
    ]
    others = [
        *([] if face.axis is None else [parameter(face.axis, keyword, -1, "int")]),
        parameter(face.source, keyword, None),
        parameter("sample", keyword, None),
        parameter("sample_shape", keyword, (), "Sequence[int]"),
    ]
    returned = face.annotations["return"]
    return inspect.Signature([*positional, *own, *others], return_annotation=returned)


def docstring(estimator: Estimator, face: Face) -> str:
    """In numpydoc's layout."""
    tempered = any(parameter.name == FORWARD_TAU for parameter in estimator.parameters)
    function = "sigmoid" if face.axis is None else "softmax"
    words = {
        "{name}": estimator.name,
        "{bound}": _bound(estimator),
        "{distribution}": f"{function}(logits{f' / {FORWARD_TAU}' if tempered else ''})",
        "{of_rows}": "" if face.axis is None else f" and has size 1 along ``{face.axis}``",
    }

    def put(text: str) -> str:
        for field, word in words.items():
            text = text.replace(field, word)
        return text

    def entries(*items: tuple[str, str]) -> str:
        return entries_of(*((put(head), put(body)) for head, body in items))

    summary = estimator.summary or f"The estimator {estimator.name!r}."
    if isinstance(estimator, Binary):
        summary = f"{summary}\n\n{_filled(BINARY, 1)}"
    sections = {
        "Parameters": entries(*_parameters(estimator, face)),
        "Returns": entries(*face.returned),
        "Notes": _filled(face.notes, 1),
        "Raises": entries(*_raises(face)),
        "Examples": example_of(put(face.example)),
    }
    return numpydoc(summary, sections)


def numpydoc(summary: str, sections: dict[str, str]) -> str:
    """A docstring; sections without text are left out."""
    text = "".join(
        f"\n\n{INDENT}{title}\n{INDENT}{'-' * len(title)}\n{body}"
        for title, body in sections.items()
        if body
    )
    return f"{summary}{text}\n{INDENT}"


def entries_of(*items: tuple[str, str]) -> str:
    """The text of a section whose entries have a head and a body."""
    return "\n".join(f"{INDENT}{head}\n{_filled(body, 2)}" for head, body in items)


def example_of(lines: str) -> str:
    """The text of a section Examples."""
    return textwrap.indent(lines.strip("\n"), INDENT)


def _parameters(estimator: Estimator, face: Face) -> list[tuple[str, str]]:
    hard = (
        "hard : bool",
        "For calls written for PyPI ``reinmax``; the sample is always hard, so only True is "
        "accepted.",
    )
    axis = (f"{face.axis} : int", "The axis of the categories.")
    sample = (
        f"sample : {face.array} of integers, the shape of the logits without ``{face.axis}``, "
        "optional",
        "Categories to use instead of drawing; axes of several samples may come first.",
    )
    several = (
        "sample_shape : tuple of int",
        "The shape of several independent samples of each row, along first axes of y_hard. y_soft "
        "has none of them, and the gradient of the logits is the sum over the samples.",
    )
    if face.axis is None:
        sample = (
            f"sample : {face.array} of integers, the shape of the logits, optional",
            "0 and 1 to use instead of drawing.",
        )
    return [
        face.describe["logits"],
        face.describe["tau"],
        *([hard] if face.accepts_hard else []),
        *(_hyper_parameter(parameter) for parameter in estimator.parameters),
        *([] if face.axis is None else [axis]),
        face.describe[face.source],
        sample,
        several,
    ]


def _hyper_parameter(parameter: Parameter) -> tuple[str, str]:
    kind = type(parameter.default).__name__
    head = f"{parameter.name} : {kind}, {parameter.span}, default {parameter.default}"
    return head, parameter.summary


def _raises(face: Face) -> list[tuple[str, str]]:
    shape = (
        f"``tau`` is out of range, ``{face.axis}`` is not an axis of the logits, there are no "
        "categories, ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is "
        "not that of ``sample``."
    )
    if face.axis is None:
        shape = (
            "``tau`` is out of range, ``sample`` has the wrong shape, or ``sample_shape`` has a "
            "size below 1 or is not that of ``sample``."
        )
    kind = "The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used."
    return [("TypeError", kind), ("ValueError", shape), *face.raises]


def _bound(estimator: Estimator) -> str:
    least, greatest = estimator.least_tau, estimator.greatest_tau
    if least == greatest:
        return f"tau = {least:g}"
    bound = f"tau >= {least:g}" if least else "tau > 0"
    return bound if greatest == math.inf else f"{bound}, tau <= {greatest:g}"


def _filled(text: str, depth: int) -> str:
    indent = depth * INDENT
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
