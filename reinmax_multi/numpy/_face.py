"""The words of the reference adapter in signatures and docstrings."""

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
        "logits": "Any",
        "tau": "Any",
        "rng": "numpy.random.Generator | None",
        "sample": "Any",
        "return": "tuple[Sample, Derivative]",
    },
    describe={
        "logits": (
            "logits : array of any array-API library, (..., K, ...)",
            "float16, float32 or float64; -inf masks a category.",
        ),
        "tau": (
            "tau : float or array, {bound}",
            "Temperature of the gradient, one for all rows or one for each, in a shape that "
            "broadcasts against the logits{of_rows}. The sample and y_soft do "
            "not depend on it.",
        ),
        "rng": (
            "rng : numpy.random.Generator, optional",
            "Source of the draw; a fresh one if not given.",
        ),
    },
    returned=(
        (
            "Sample",
            "``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot, y_soft "
            "= {distribution}. A row that holds NaN or +inf, or is -inf throughout, is NaN in "
            "both, and so are its gradients; so is y_hard in a row whose ``sample`` is out of "
            "range.",
        ),
        ("Derivative", "The estimator's pullback and pushforward at this sample."),
    ),
    example="""
>>> import numpy as np
>>> from reinmax_multi.numpy import {name}
>>> logits = np.zeros((4, 3))
>>> (y_hard, y_soft), derivative = {name}(logits, tau=1.0, rng=np.random.default_rng(0))
>>> y_hard.sum(-1)
array([1., 1., 1., 1.])
>>> derivative.pullback(3 * y_hard**2).shape
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
            "logits : array of any array-API library",
            "Log-odds of 1, of any shape: float16, float32 or float64. Infinite ones make a "
            "variable certain.",
        ),
    },
    returned=(
        (
            "Sample",
            "``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is 0 or 1, y_soft "
            "= {distribution}. Where the logits are NaN, so are both and the gradient; so is "
            "y_hard where ``sample`` is neither 0 nor 1.",
        ),
        *FACE.returned[1:],
    ),
    example="""
>>> import numpy as np
>>> from reinmax_multi.numpy.bernoulli import {name}
>>> logits = np.zeros((4, 3))
>>> (b_hard, b_soft), derivative = {name}(logits, tau=1.0, rng=np.random.default_rng(0))
>>> bool(((b_hard == 0) | (b_hard == 1)).all())
True
>>> derivative.pullback(3 * b_hard**2).shape
(4, 3)
""",
)
