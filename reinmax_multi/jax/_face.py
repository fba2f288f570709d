"""The words of JAX in signatures and docstrings."""

from __future__ import annotations

from dataclasses import replace

from .._call.face import Face
from ._host import Host

FACE = Face(
    package=__package__,
    array="array",
    axis=Host.axis,
    source=Host.source,
    annotations={
        "logits": "jax.typing.ArrayLike",
        "tau": "jax.typing.ArrayLike",
        "key": "jax.Array | None",
        "sample": "jax.typing.ArrayLike | None",
        "return": "Sample",
    },
    describe={
        "logits": (
            "logits : array, (..., K, ...)",
            "float16, bfloat16, float32 or float64; -inf masks a category.",
        ),
        "tau": (
            "tau : float or array, {bound}",
            "Temperature of the gradient, one for all rows or one for each, in a shape that "
            "broadcasts against the logits{of_rows}. The sample and y_soft do "
            "not depend on it. No gradient flows to it, and a traced value is never read, so it "
            "may change without a recompilation.",
        ),
        "key": (
            "key : PRNG key",
            "Source of the draw; required unless ``sample`` is given and the gradient is not "
            "random.",
        ),
    },
    returned=(
        (
            "Sample",
            "``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and "
            "carries the estimator's gradient, y_soft = {distribution} carries its own. A row "
            "that holds NaN or +inf, or is -inf throughout, is NaN in both, and so are its "
            "gradients; so is y_hard in a row whose ``sample`` is out of range.",
        ),
    ),
    raises=(("TypeError", "``key`` is missing."),),
    example="""
>>> import jax
>>> import jax.numpy as jnp
>>> from reinmax_multi.jax import {name}
>>> y_hard, y_soft = {name}(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
>>> y_hard.sum(-1).tolist()
[1.0, 1.0, 1.0, 1.0]
>>> loss = lambda logits: ({name}(logits, key=jax.random.key(0)).y_hard ** 3).sum()
>>> jax.grad(loss)(jnp.zeros((4, 3))).shape
(4, 3)
""",
)

BERNOULLI = replace(
    FACE,
    package=f"{FACE.package}.bernoulli",
    axis=None,
    describe={
        **FACE.describe,
        "logits": (
            "logits : array",
            "Log-odds of 1, of any shape: float16, bfloat16, float32 or float64. Infinite ones "
            "make a variable certain.",
        ),
    },
    returned=(
        (
            "Sample",
            "``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is 0 or 1 and "
            "carries the estimator's gradient, y_soft = {distribution} carries its own. Where "
            "the logits are NaN, so are both and the gradient; so is y_hard where ``sample`` is "
            "neither 0 nor 1.",
        ),
    ),
    example="""
>>> import jax
>>> import jax.numpy as jnp
>>> from reinmax_multi.jax.bernoulli import {name}
>>> b_hard, b_soft = {name}(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
>>> bool(((b_hard == 0) | (b_hard == 1)).all())
True
>>> loss = lambda logits: ({name}(logits, key=jax.random.key(0)).y_hard ** 3).sum()
>>> jax.grad(loss)(jnp.zeros((4, 3))).shape
(4, 3)
""",
)
