"""Derivatives of derivatives in JAX, by name; ``contract.Driver`` has the signature of each."""

from __future__ import annotations

from typing import Any

import jax

from .contract import Program
from .jax_transforms import grad, jvp, reverse


def _slope(program: Program, u: jax.Array) -> Program:
    """<gradient, u> as a program, in reverse mode."""

    def run(logits: jax.Array) -> tuple[jax.Array, jax.Array]:
        gradient, hard = grad(program)(logits)
        return (gradient * u).sum(), hard

    return run


def _third(outer: Any, middle: Any, inner: Any) -> Any:
    """A derivative of a derivative of a derivative, each along its direction."""
    return lambda program, x, u, v, w: outer(
        lambda x: middle(lambda x: inner(program, x, u), x, v), x, w
    )


CURVATURES = {
    "jvp of grad": lambda program, x, u, v: jvp(_slope(program, u), x, v),
    "grad of grad": lambda program, x, u, v: reverse(_slope(program, u), x, v),
    "grad of jvp": lambda program, x, u, v: reverse(lambda x: jvp(program, x, u), x, v),
    "jvp of jvp": lambda program, x, u, v: jvp(lambda x: jvp(program, x, u), x, v),
    "jit of jvp of grad": lambda program, x, u, v: jax.jit(
        lambda x, v: jvp(_slope(program, u), x, v)
    )(x, v),
    "grad of grad of remat": lambda program, x, u, v: reverse(
        _slope(jax.checkpoint(program), u), x, v
    ),
}


THIRD_DERIVATIVES = {
    "grad of grad of grad": _third(reverse, reverse, reverse),
    "jvp of jvp of grad": _third(jvp, jvp, reverse),
    "jvp of jvp of jvp": _third(jvp, jvp, jvp),
    "jit of jvp of grad of grad": lambda program, *others: jax.jit(
        lambda *others: _third(jvp, reverse, reverse)(program, *others)
    )(*others),
}

COMPILING = frozenset({"jit of jvp of grad", "jit of jvp of grad of grad"})
