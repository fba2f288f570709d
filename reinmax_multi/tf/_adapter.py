"""One binding for all estimators: a tf.custom_gradient around the custom gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from .. import _arguments as arguments
from .._docstring import docstring
from .._draw import GRID, stages
from .._gradient import forward, pullback
from .._math import working_dtype
from ..estimator import Estimator, Residuals, Sample, forward_tau_of, with_settings
from . import _namespace as xp

_PARAMETERS = """
    Parameters
    ----------
    logits : tf.Tensor or tf.Variable, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. The rank must be known in a
        graph, the dimensions need not be.
    tau : float or 0-d tf.Tensor, {bound}
        Temperature of the gradient; the sample and y_soft do not depend on it. No gradient flows to
        it, and the value of a tensor is never read, so it may change without a
        retracing.{parameters}
    seed : pair of ints or integer tf.Tensor of shape (2,), optional
        The same seed gives the same sample (stateless), in a graph that knows K or has K <= 64; the
        global generator if not given. ``tf.recompute_grad`` runs the draw again: give it a seed.
    axis : int
        The axis of the categories.
    sample : tf.Tensor of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = {law} carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Notes
    -----
    Three things TensorFlow itself does not do for custom gradients: a tape outside
    ``tf.vectorized_map`` does not see them (open it inside), a ``ForwardAccumulator`` inside a
    ``tf.function`` does not either (open it outside), and a SavedModel keeps them only when saved
    with ``experimental_custom_gradients=True``.

    Raises
    ------
    TypeError
        The logits, ``tau``, ``seed`` or ``sample`` have a type that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is no axis, there are no categories, ``seed`` is no pair,
        or ``sample`` has another shape.

    Examples
    --------
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
    """


class BoundEstimator(Protocol):
    """An estimator as a differentiable TensorFlow function."""

    __name__: str

    def __call__(
        self,
        logits: tf.Tensor | tf.Variable,
        tau: float | tf.Tensor = 1.0,
        *,
        seed: tuple[int, int] | tf.Tensor | None = None,
        axis: int = -1,
        sample: tf.Tensor | None = None,
        **parameters: float,
    ) -> Sample: ...


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable TensorFlow function of an estimator record."""

    def bound(
        logits: tf.Tensor | tf.Variable,
        tau: float | tf.Tensor = 1.0,
        *,
        seed: tuple[int, int] | tf.Tensor | None = None,
        axis: int = -1,
        sample: tf.Tensor | None = None,
        **parameters: float,
    ) -> Sample:
        logits = _check_logits(logits)
        rank = logits.shape.rank
        last = arguments.check_axis("axis", axis, rank)
        arguments.check_size(estimator, "axis", last, logits.shape[last])
        tau = _check_tau(estimator, tau, logits.dtype)
        settings = arguments.check_parameters(estimator, parameters)
        forward_tau = forward_tau_of(settings)
        product = with_settings(estimator.product, settings)
        rows = xp.moveaxis(logits, last, -1)
        if sample is None:
            noise = _noise(rows, stages(rows.shape[-1]), seed)
        else:
            noise, sample = None, _check_sample(sample, last, rows)
        words = None
        if estimator.backward_noise:
            words = _noise(rows, 2, None if seed is None else _another(_check_seed(seed)))
        categories = tf.range(tf.shape(rows, tf.int64)[-1])

        hard, soft, index = forward(
            xp,
            tf.stop_gradient(rows),
            categories,
            noise=noise,
            sample=sample,
            forward_tau=forward_tau,
        )

        # One custom gradient an output: TensorFlow hands over zeros for an output that is not used,
        # and their products would be computed. The pullbacks see the soft that depends on the
        # logits, for the sake of second derivatives; a ForwardAccumulator calls the first one
        # before it exists.
        attached = None

        def soft_pullback(cotangent: tf.Tensor) -> tf.Tensor:
            residuals = Residuals(rows, attached, index, categories, words, forward_tau)
            return pullback(xp, product, residuals, None, cotangent, tau)

        attached = soft = _with_pullback(soft, soft_pullback, rows)
        residuals = Residuals(rows, soft, index, categories, words, forward_tau)

        def hard_pullback(cotangent: tf.Tensor) -> tf.Tensor:
            return pullback(xp, product, residuals, cotangent, None, tau)

        hard = _with_pullback(hard, hard_pullback, rows)
        return Sample(xp.moveaxis(hard, -1, last), xp.moveaxis(soft, -1, last))

    bound.__module__ = __package__  # where pickle finds the family
    bound.__name__ = bound.__qualname__ = estimator.name
    bound.__doc__ = docstring(estimator, _PARAMETERS)
    arguments.sign(bound, estimator)
    return bound


def _with_pullback(
    value: tf.Tensor, pullback: Callable[[tf.Tensor], tf.Tensor], rows: tf.Tensor
) -> tf.Tensor:
    """``value`` as a function of ``rows`` whose derivative is the pullback."""
    return tf.custom_gradient(lambda rows: (value, pullback))(rows)


def _noise(rows: tf.Tensor, count: int, seed: Any) -> tf.Tensor:
    shape = tf.concat([tf.shape(rows)[:-1], [count]], 0)
    if seed is None:
        noise = tf.random.uniform(shape, 0, GRID, tf.int64)
    else:
        seed = _check_seed(seed)
        noise = tf.random.stateless_uniform(shape, seed, 0, GRID, tf.int64)
    return tf.ensure_shape(noise, [*rows.shape[:-1], count])


def _check_logits(logits: Any) -> tf.Tensor:
    _check_array("logits", logits)
    arguments.check_dtype(logits.dtype.name)
    logits = tf.convert_to_tensor(logits)
    if logits.shape.rank is None:
        raise ValueError(
            "logits must have a known rank, got a tensor without one: set it with tf.ensure_shape"
        )
    return logits


def _check_seed(seed: Any) -> tf.Tensor:
    if not isinstance(seed, (tf.Tensor, tf.Variable)):
        pair = isinstance(seed, (tuple, list)) and len(seed) == 2
        if not pair or not all(_is_seed(part) for part in seed):
            raise ValueError(
                f"seed must be a pair of ints of 64 bits, as (0, 42), or None, got {seed!r}"
            )
        return tf.stack([tf.cast(part, tf.int64) for part in seed])
    if not seed.dtype.is_integer:
        raise TypeError(f"seed must have an integer dtype, got {seed.dtype.name}: cast it to int32")
    if not seed.shape.is_compatible_with((2,)):
        raise ValueError(f"seed must have the shape (2,), got {seed.shape}: pass a pair of ints")
    return seed if seed.dtype in (tf.int32, tf.int64) else tf.cast(seed, tf.int64)


def _is_seed(part: Any) -> bool:
    if isinstance(part, tf.Tensor):
        return bool(part.dtype.is_integer and part.shape.rank == 0)
    if isinstance(part, bool) or not isinstance(part, (int, np.integer)):
        return False
    return -(2**63) <= int(part) < 2**63


def _another(seed: tf.Tensor) -> tf.Tensor:
    """A second seed from the first. Of a negative one, as ``stateless_fold_in`` may give it, XLA
    draws other numbers than eager TensorFlow, so the sign is left alone.
    """
    return tf.bitwise.bitwise_xor(seed, tf.constant([0x6A09E667, 0x3C6EF372], seed.dtype))


def _check_tau(estimator: Estimator, tau: Any, dtype: tf.DType) -> Any:
    if isinstance(tau, (tf.Tensor, tf.Variable)):
        arguments.check_tau_array(estimator, tau.shape.rank, tau.dtype.name)
        return tf.stop_gradient(tf.cast(tau, working_dtype(xp, dtype)))
    return arguments.check_tau_number(estimator, tau)


def _check_sample(sample: Any, axis: int, rows: tf.Tensor) -> tf.Tensor:
    _check_array("sample", sample)
    if tf.TensorShape(sample.shape).rank is None:
        raise ValueError(
            "sample must have a known rank, got a tensor without one: set it with tf.ensure_shape"
        )
    arguments.check_sample(
        "axis", axis, tuple(rows.shape[:-1]), tuple(sample.shape), sample.dtype.name
    )
    return tf.cast(sample, tf.int64)[..., None]


def _check_array(argument: str, value: Any) -> None:
    if not isinstance(value, (tf.Tensor, tf.Variable, np.ndarray)):
        raise TypeError(
            f"{argument} must be a tf.Tensor, got {type(value).__name__}: wrap it in "
            "tf.convert_to_tensor"
        )
    arguments.check_unmasked(argument, isinstance(value, np.ma.MaskedArray))
