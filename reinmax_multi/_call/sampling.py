"""The docstrings of draw, mode and unimix, in the words of each framework."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .face import Face, entries_of, example_of, numpydoc

Function = TypeVar("Function", bound=Callable[..., Any])


def documented(face: Face, example: str) -> Callable[[Function], Function]:
    """Gives a function of :data:`TEXTS` its docstring and the package as its module."""

    def decorate(function: Function) -> Function:
        texts = TEXTS if face.axis else BINARY_TEXTS
        summary, own, returned, values = texts[function.__name__](face)
        source = [face.describe[face.source]] if function.__name__ == "draw" else []
        axis = [(f"{face.axis} : int", "The axis of the categories.")] if face.axis else []
        errors = [("TypeError", "An argument has a type or dtype that cannot be used.")]
        sections = {
            "Parameters": entries_of(face.describe["logits"], *own, *axis, *source),
            "Returns": entries_of(returned),
            "Raises": entries_of(*errors, *([("ValueError", values)] if values else [])),
            "Examples": example_of(example),
        }
        function.__doc__ = numpydoc(summary, sections)
        function.__module__ = face.package
        return function

    return decorate


Text = tuple[str, list[tuple[str, str]], tuple[str, str], str]
"""Summary, parameters of its own, what it returns, what makes a ValueError."""

SAMPLE_SHAPE = (
    "sample_shape : tuple of int",
    "The shape of independent samples. The probabilities are computed once, and memory grows with "
    "the samples alone.",
)


def _of_axis(face: Face) -> str:
    return f"``{face.axis}`` is not an axis of the logits, or there are no categories."


def _draw(face: Face) -> Text:
    summary = """Draw categories from softmax(logits), exactly as the estimators draw them.

    For the same source of randomness it is the category that y_hard of any estimator shows, if one
    sample is drawn. No gradient flows; what it returns is what ``sample=`` takes."""
    returned = (
        f"{face.array} of integers, ``sample_shape`` and the shape of the logits without "
        f"``{face.axis}``",
        "Categories, 0 in a row that holds NaN or +inf, or is -inf throughout. A masked category "
        "is never drawn.",
    )
    values = f"A size in ``sample_shape`` is negative, {_of_axis(face)}"
    return summary, [SAMPLE_SHAPE], returned, values


def _mode(face: Face) -> Text:
    summary = """The most probable category of each row: the first of the largest logits.

    As ``sample=`` of an estimator it makes a deterministic one, as for evaluation."""
    returned = (
        f"{face.array} of integers, the shape of the logits without ``{face.axis}``",
        "Categories, 0 in a row that holds NaN. A masked category is one only where all are "
        "masked.",
    )
    return summary, [], returned, _of_axis(face)


def _unimix(face: Face) -> Text:
    summary = """The logits of a mixture of softmax(logits) with the uniform distribution.

    They are log((1 - share) softmax(logits) + share / n), n being the number of categories that
    are not masked, and those that are stay so. Differentiable by the logits. Source: Hafner,
    Pasukonis, Ba and Lillicrap (2023), arXiv:2301.04104, who take a share of 0.01."""
    share = ("share : float, 0 <= share <= 1", "The weight of the uniform distribution.")
    returned = (
        f"{face.array}, the shape and dtype of the logits",
        "Logarithms of probabilities, computed in float32 for float16 and bfloat16; NaN in a row "
        "that holds NaN or +inf, or is -inf throughout.",
    )
    return summary, [share], returned, f"``share`` is not from 0 to 1, {_of_axis(face)}"


def _draw_values(face: Face) -> Text:
    summary = """Draw values of binary variables, exactly as the estimators draw them.

    For the same source of randomness they are those of y_hard of any estimator, if one sample is
    drawn. No gradient flows; what it returns is what ``sample=`` takes."""
    returned = (
        f"{face.array} of integers, ``sample_shape`` and the shape of the logits",
        "1 with probability sigmoid(logits), else 0; 0 where the logits are NaN.",
    )
    return summary, [SAMPLE_SHAPE], returned, "A size in ``sample_shape`` is negative."


def _likelier_value(face: Face) -> Text:
    summary = """The more probable value of each binary variable: 1 where its log-odds are above 0.

    As ``sample=`` of an estimator it makes a deterministic one, as for evaluation."""
    returned = f"{face.array} of integers, the shape of the logits", "0 where they are NaN."
    return summary, [], returned, ""


BINARY_TEXTS = {"draw": _draw_values, "mode": _likelier_value}
TEXTS = {"draw": _draw, "mode": _mode, "unimix": _unimix}
