"""Derivatives of derivatives in TensorFlow, by name; ``contract.Driver`` has their signatures."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from .contract import Program
from .tf_transforms import forward, jit, reverse


def _along(derivative: Any, program: Program, u: tf.Tensor) -> Program:
    """<gradient, u> as a program, by forward or by reverse mode."""
    return lambda logits: derivative(program, logits, u)


def _third(outer: Any, middle: Any, inner: Any) -> Any:
    """A derivative of a derivative of a derivative, each along its direction."""
    return lambda program, x, u, v, w: outer(
        lambda x: middle(_along(inner, program, u), x, v), x, w
    )


CURVATURES = {
    "tape of tape": lambda program, x, u, v: reverse(_along(reverse, program, u), x, v),
    "accumulator of tape": lambda program, x, u, v: forward(_along(reverse, program, u), x, v),
    "tape of accumulator": lambda program, x, u, v: reverse(_along(forward, program, u), x, v),
    "accumulator of accumulator": lambda program, x, u, v: forward(
        _along(forward, program, u), x, v
    ),
    "function of tape of tape": lambda program, x, u, v: tf.function(
        lambda x: reverse(_along(reverse, program, u), x, v)
    )(x),
    "jit_compile of tape of tape": lambda program, x, u, v: jit(
        lambda x: reverse(_along(reverse, program, u), x, v)
    )(x),
    "function of accumulator of tape": lambda program, x, u, v: tf.function(
        lambda x: forward(_along(reverse, program, u), x, v)
    )(x),
}


THIRD_DERIVATIVES = {
    "tape of tape of tape": _third(reverse, reverse, reverse),
    "accumulator of tape of tape": _third(forward, reverse, reverse),
    "tape of accumulator of tape": _third(reverse, forward, reverse),
    "accumulator of accumulator of tape": _third(forward, forward, reverse),
    "function of tape of tape of tape": lambda program, *others: tf.function(
        lambda *others: _third(reverse, reverse, reverse)(program, *others)
    )(*others),
}

COMPILING = frozenset({"jit_compile of tape of tape"})
