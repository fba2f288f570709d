"""The words of TensorFlow in signatures and docstrings."""

from __future__ import annotations

from dataclasses import replace

from .._call.face import Face
from ._host import Host

FACE = Face(
    package=__package__,
    array="tf.Tensor",
    axis=Host.axis,
    source=Host.source,
    annotations={
        "logits": "tf.Tensor | tf.Variable",
        "tau": "float | tf.Tensor",
        "seed": "int | tuple[int, int] | tf.Tensor | tf.random.Generator | None",
        "sample": "tf.Tensor | None",
        "return": "Sample",
    },
    describe={
        "logits": (
            "logits : tf.Tensor or tf.Variable, (..., K, ...)",
            "float16, bfloat16, float32 or float64; -inf masks a category. The rank must be known "
            "in a graph, the dimensions need not be.",
        ),
        "tau": (
            "tau : float or tf.Tensor, {bound}",
            "Temperature of the gradient, one for all rows or one for each, in a shape that "
            "broadcasts against the logits{of_rows}. The sample and y_soft do "
            "not depend on it. No gradient flows to it, and the value of a tensor is never read, "
            "so it may change without retracing.",
        ),
        "seed": (
            "seed : int, pair of ints, integer array of shape (2,), or generator, optional",
            "The same seed gives the same sample (stateless), eagerly, under XLA, and in a graph "
            "that knows K or has K <= 64; an int n is the pair (n, 0). A ``tf.random.Generator`` "
            "or ``keras.random.SeedGenerator`` gives its next seed. The global generator if not "
            "given. ``tf.recompute_grad`` runs the draw again: pass a seed there, not a generator.",
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
    notes=(
        "TensorFlow itself limits custom gradients in three ways. A tape outside "
        "``tf.vectorized_map`` does not see them: open it inside. A ``ForwardAccumulator`` inside "
        "a ``tf.function`` does not see them: open it outside. A SavedModel keeps them only when "
        "saved with ``experimental_custom_gradients=True``."
    ),
    raises=(
        ("ValueError", "``seed`` is not a seed."),
        ("NotImplementedError", "It is called in a graph of TensorFlow 1."),
    ),
    example="""
>>> import tensorflow as tf
>>> from reinmax_multi.tf import {name}
>>> logits = tf.zeros((4, 3))
>>> with tf.GradientTape() as tape:
...     tape.watch(logits)
...     y_hard, y_soft = {name}(logits, tau=1.0, seed=(0, 0))
...     loss = tf.reduce_sum(y_hard ** 3)
>>> tf.reduce_sum(y_hard, -1).numpy().tolist()
[1.0, 1.0, 1.0, 1.0]
>>> tape.gradient(loss, logits).shape
TensorShape([4, 3])
""",
)

BERNOULLI = replace(
    FACE,
    package=f"{FACE.package}.bernoulli",
    axis=None,
    describe={
        **FACE.describe,
        "logits": (
            "logits : tf.Tensor or tf.Variable",
            "Log-odds of 1, of any shape: float16, bfloat16, float32 or float64. Infinite ones "
            "make a variable certain. The rank must be known in a graph, the dimensions need not "
            "be.",
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
>>> import tensorflow as tf
>>> from reinmax_multi.tf.bernoulli import {name}
>>> logits = tf.zeros((4, 3))
>>> with tf.GradientTape() as tape:
...     tape.watch(logits)
...     b_hard, b_soft = {name}(logits, tau=1.0, seed=(0, 0))
...     loss = tf.reduce_sum(b_hard ** 3)
>>> bool(tf.reduce_all((b_hard == 0) | (b_hard == 1)))
True
>>> tape.gradient(loss, logits).shape
TensorShape([4, 3])
""",
)
