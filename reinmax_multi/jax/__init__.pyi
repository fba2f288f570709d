"""Written by ``python -m backends.stubs jax``."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import jax

from reinmax_multi import Estimator, Sample
from reinmax_multi.diagnosis import Diagnosis
from reinmax_multi.diagnosis._candidates import Estimators
from reinmax_multi.diagnosis._run import Progress
from . import bernoulli as bernoulli

__all__ = [
    "BoundEstimator",
    "bernoulli",
    "bind",
    "decoupled_straight_through",
    "diagnose",
    "draw",
    "gapped_straight_through",
    "gumbel_rao",
    "gumbel_softmax",
    "minimum_variance",
    "mode",
    "reinmax",
    "reinmax_cv",
    "reinmax_rao",
    "straight_through",
    "unimix",
    "zgr",
]

class BoundEstimator(Protocol):
    """An estimator as a function of the framework, with its hyper-parameters."""

    __name__: str

    def __call__(
        self,
        logits: jax.typing.ArrayLike,
        tau: jax.typing.ArrayLike = 1.0,
        *,
        axis: int = -1,
        key: jax.Array | None = None,
        sample: jax.typing.ArrayLike | None = None,
        sample_shape: Sequence[int] = (),
        **parameters: float,
    ) -> Sample: ...

def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable JAX function of an estimator record."""

def decoupled_straight_through(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    forward_tau: float = 1.0,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """Straight-through with a separate temperature for the sample.

    The sample is drawn from softmax(logits / forward_tau), which also is y_soft, and the stand-in
    for its derivative is W = J(q) / tau with q = softmax(logits / tau) and J(q) = diag(q) - q q^T.
    At tau = forward_tau it is exact in expectation for losses linear in the sample. Source: Shah,
    Yan, Mozer and Liu (2024), arXiv:2410.13331.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    forward_tau : float, positive and finite in float32, default 1.0
        Temperature of the sample and of y_soft: above 1 their distribution is flatter, below 1 more
        peaked.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits / forward_tau) carries its own. A row that
        holds NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is
        y_hard in a row whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import decoupled_straight_through
    >>> y_hard, y_soft = decoupled_straight_through(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (decoupled_straight_through(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def gapped_straight_through(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    gap: float = 1.0,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """Gapped straight-through: Gumbel-softmax's perturbation without its noise.

    The stand-in for the derivative of the sample D is W = J(q) / tau with J(q) = diag(q) - q q^T
    and q the softmax, at temperature tau, of logits that are perturbed just enough to make the
    sample the largest, by ``gap``: it is raised to the largest logit, and the others are lowered to
    at least ``gap`` below. Source: Fan, Chi, Rudnicky and Ramadge, ICML 2022, arXiv:2206.07235.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    gap : float, positive and finite in float32, default 1.0
        How far below the sample the other perturbed logits are at least.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import gapped_straight_through
    >>> y_hard, y_soft = gapped_straight_through(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (gapped_straight_through(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def gumbel_rao(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    num_samples: int = 10,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """Gumbel-Rao: straight-through Gumbel-softmax, averaged over noise given the sample.

    The stand-in for the derivative of the sample D is the mean of J(q) / tau over ``num_samples``
    draws of q = softmax((logits + G) / tau), where G are Gumbels given that argmax(logits + G) is
    D, and J(q) = diag(q) - q q^T. Its mean is that of ``gumbel_softmax``, its variance smaller; as
    tau -> 0 it tends to ``zgr``. Source: Paulus, Maddison and Krause, ICLR 2021, arXiv:2010.04838,
    equation 8.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    num_samples : int, at least 1, default 10
        Draws of the Gumbel noise given the sample; the cost grows with it, the memory does not.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import gumbel_rao
    >>> y_hard, y_soft = gumbel_rao(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (gumbel_rao(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def gumbel_softmax(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """Straight-through Gumbel-softmax: the gradient of a relaxed sample.

    The stand-in for the derivative of the sample D is W = J(q) / tau with q = softmax((logits + G)
    / tau), where G are Gumbels with argmax(logits + G) = D, and J(q) = diag(q) - q q^T. Sample and
    gradient have the distribution of those of ``torch.nn.functional.gumbel_softmax(hard=True)``.
    y_soft is softmax(logits) as in the whole family, not the relaxed sample q. Source: Jang, Gu and
    Poole, ICLR 2017, arXiv:1611.01144, section 2.2.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import gumbel_softmax
    >>> y_hard, y_soft = gumbel_softmax(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (gumbel_softmax(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def minimum_variance(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """The weight of least norm among those that are exact on quadratics.

    Like ReinMax at tau = 1 it is exact in expectation for losses quadratic in the sample, with a
    matrix of a smaller norm (an equal one for two categories), which is not symmetric. It solves a
    K x K system a row: the time grows with K^3 and the memory with K^2, so K is at most
    256. Source: Hooper and Shekhovtsov, AISTATS 2026; He and Wu (2026).

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau = 1
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import minimum_variance
    >>> y_hard, y_soft = minimum_variance(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (minimum_variance(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def reinmax(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """ReinMax: a sampled category with a gradient of second-order accuracy.

    The stand-in for the derivative of the sample D is W = 2 J((pi_tau + D) / 2) - J(pi) / 2 with
    pi = softmax(logits), pi_tau = softmax(logits / tau) and J(q) = diag(q) - q q^T. At tau = 1 it
    is exact in expectation for losses quadratic in the sample. Source: Liu, Dong, Liu, Yu and Gao,
    NeurIPS 2023, arXiv:2304.08612, algorithm 2.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau >= 1
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import reinmax
    >>> y_hard, y_soft = reinmax(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (reinmax(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def reinmax_cv(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    eta: float = 1.0,
    num_samples: int = 10,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """ReinMax-CV: ReinMax with a random correction, biased.

    The stand-in for the derivative of the sample D is that of ReinMax at tau = 1 plus ``eta`` times
    the difference of two means of J(q) / tau, q = softmax((theta_D + G) / tau), theta_D = log((pi +
    D) / 2): over ``num_samples`` Gumbels given that argmax(theta_D + G) is D, less over the Gumbels
    of the forward pass. A correction of mean zero given D could only add variance, since ReinMax is
    a function of D; the mean of this one is not zero, so it is biased, unless eta = 0. On a
    quadratic of four latents with K = 8, its relative bias was 0.30 and its relative standard
    deviation 6.2 at tau = 1, those of ReinMax 0.00 and 5.0. Source: Wang and Bui (2026),
    arXiv:2603.08257.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    eta : float, finite in float32, default 1.0
        Weight of the correction; at 0 it is ReinMax at tau = 1.
    num_samples : int, at least 1, default 10
        Draws of the Gumbel noise given the sample; the cost grows with it, the memory does not.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import reinmax_cv
    >>> y_hard, y_soft = reinmax_cv(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (reinmax_cv(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def reinmax_rao(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    num_samples: int = 10,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """ReinMax-Rao: less variance than ReinMax, for more bias.

    The stand-in for the derivative of the sample D is W = 2 R - J(pi) / 2, where R is the mean of
    J(q) / tau over ``num_samples`` draws of q = softmax((theta_D + G) / tau), theta_D = log((pi +
    D) / 2), and G are Gumbels given that argmax(theta_D + G) is D. It is not exact on quadratics.
    On one of four latents with K = 8, its relative bias was 0.35 and its relative standard
    deviation 4.0 at tau = 1, those of ReinMax 0.00 and 5.0. Source: Wang and Bui (2026),
    arXiv:2603.08257.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    num_samples : int, at least 1, default 10
        Draws of the Gumbel noise given the sample; the cost grows with it, the memory does not.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import reinmax_rao
    >>> y_hard, y_soft = reinmax_rao(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (reinmax_rao(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def straight_through(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """Straight-through: the gradient of softmax(logits / tau), whatever was sampled.

    The stand-in for the derivative of the sample is W = J(pi_tau) / tau with
    pi_tau = softmax(logits / tau) and J(q) = diag(q) - q q^T. At tau = 1 it is exact in expectation
    for losses linear in the sample, and of first order otherwise. Source: Bengio, Leonard and
    Courville (2013), arXiv:1308.3432.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import straight_through
    >>> y_hard, y_soft = straight_through(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (straight_through(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def zgr(
    logits: jax.typing.ArrayLike,
    tau: jax.typing.ArrayLike = 1.0,
    *,
    axis: int = -1,
    key: jax.Array | None = None,
    sample: jax.typing.ArrayLike | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """ZGR: the limit of Gumbel-Rao at temperature zero, equal to ReinMax at tau = 1.

    The stand-in for the derivative of the sample D is W = [J(pi) + (D - pi)(D - pi)^T] / 2 with pi
    = softmax(logits) and J(q) = diag(q) - q q^T. It is exact in expectation for losses quadratic in
    the sample, and costs no noise. Source: Shekhovtsov, ICML 2023, arXiv:2301.00434.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or array, tau = 1
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``axis``. The sample and y_soft do not depend on it.
        No gradient flows to it, and a traced value is never read, so it may change without a
        recompilation.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.
    sample : array of integers, the shape of the logits without ``axis``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape and dtype of the logits: y_hard is one-hot and carries the
        estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds NaN or
        +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard in a row
        whose ``sample`` is out of range.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``axis`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    TypeError
        ``key`` is missing.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import zgr
    >>> y_hard, y_soft = zgr(jnp.zeros((4, 3)), tau=1.0, key=jax.random.key(0))
    >>> y_hard.sum(-1).tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> loss = lambda logits: (zgr(logits, key=jax.random.key(0)).y_hard ** 3).sum()
    >>> jax.grad(loss)(jnp.zeros((4, 3))).shape
    (4, 3)
    """

def draw(
    logits: jax.typing.ArrayLike,
    *,
    sample_shape: Sequence[int] = (),
    axis: int = -1,
    key: jax.Array | None = None,
) -> jax.Array:
    """Draw categories from softmax(logits), exactly as the estimators draw them.

    For the same source of randomness it is the category that y_hard of any estimator shows, if one
    sample is drawn. No gradient flows; what it returns is what ``sample=`` takes.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    sample_shape : tuple of int
        The shape of independent samples. The probabilities are computed once, and memory grows with
        the samples alone.
    axis : int
        The axis of the categories.
    key : PRNG key
        Source of the draw; required unless ``sample`` is given and the gradient is not random.

    Returns
    -------
    array of integers, ``sample_shape`` and the shape of the logits without ``axis``
        Categories, 0 in a row that holds NaN or +inf, or is -inf throughout. A masked category is
        never drawn.

    Raises
    ------
    TypeError
        An argument has a type or dtype that cannot be used.
    ValueError
        A size in ``sample_shape`` is negative, ``axis`` is not an axis of the logits, or there are
        no categories.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import draw
    >>> draw(jnp.zeros((4, 3)), sample_shape=(2,), key=jax.random.key(0)).shape
    (2, 4)
    """

def mode(
    logits: jax.typing.ArrayLike,
    *,
    axis: int = -1,
) -> jax.Array:
    """The most probable category of each row: the first of the largest logits.

    As ``sample=`` of an estimator it makes a deterministic one, as for evaluation.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    axis : int
        The axis of the categories.

    Returns
    -------
    array of integers, the shape of the logits without ``axis``
        Categories, 0 in a row that holds NaN. A masked category is one only where all are masked.

    Raises
    ------
    TypeError
        An argument has a type or dtype that cannot be used.
    ValueError
        ``axis`` is not an axis of the logits, or there are no categories.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import mode
    >>> mode(jnp.array([[0.0, 2.0, 2.0], [1.0, 0.0, -jnp.inf]])).tolist()
    [1, 0]
    """

def unimix(
    logits: jax.typing.ArrayLike,
    share: float,
    *,
    axis: int = -1,
) -> jax.Array:
    """The logits of a mixture of softmax(logits) with the uniform distribution.

    They are log((1 - share) softmax(logits) + share / n), n being the number of categories that
    are not masked, and those that are stay so. Differentiable by the logits. Source: Hafner,
    Pasukonis, Ba and Lillicrap (2023), arXiv:2301.04104, who take a share of 0.01.

    Parameters
    ----------
    logits : array, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    share : float, 0 <= share <= 1
        The weight of the uniform distribution.
    axis : int
        The axis of the categories.

    Returns
    -------
    array, the shape and dtype of the logits
        Logarithms of probabilities, computed in float32 for float16 and bfloat16; NaN in a row that
        holds NaN or +inf, or is -inf throughout.

    Raises
    ------
    TypeError
        An argument has a type or dtype that cannot be used.
    ValueError
        ``share`` is not from 0 to 1, ``axis`` is not an axis of the logits, or there are no
        categories.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import unimix
    >>> jnp.exp(unimix(jnp.array([0.0, 100.0]), 0.01)).round(3).tolist()
    [0.004999999888241291, 0.9950000047683716]
    """

def diagnose(
    loss: Callable[[jax.Array], jax.Array],
    logits: jax.typing.ArrayLike,
    estimators: Estimators | None = None,
    *,
    taus: Sequence[float] = (0.5, 1.0, 1.5),
    num_samples: int = 10000,
    reference_samples: int = 100000,
    max_configurations: int = 65536,
    batch_size: int = 1024,
    seed: int = 0,
    progress: Progress | None = None,
) -> Diagnosis:
    """Measure the estimators on a loss of your own: bias, variance, cosine and time.

    The reference is the gradient of E loss(x) by the logits, where x holds one one-hot sample for
    each row; all rows together are one configuration. If there are few configurations it is exact,
    by enumeration; else it is leave-one-out REINFORCE, unbiased, with its standard error. The same
    holds for the estimators: if one is determined by the sample, its expectations are enumerated
    too; if it draws more noise, they come with standard errors. The reported bias never contains
    the variance of the samples (``reinmax_multi/diagnosis/_moments.py`` explains how).

    Parameters
    ----------
    loss : function of arrays, (B, *logits.shape), to an array, (B,)
        The loss of each of B samples, each of which is a configuration: no sample may influence the
        loss of another, so batch normalisation and dropout must be in inference mode.
        It is compiled by ``jax.jit``.
    logits : array, (..., K)
        Categories last. Any leading axes, in a floating dtype that the estimators take; -inf masks
        a category.
    estimators : sequence of functions, or mapping of names to functions, optional
        From this package, made by ``bind``, or in a mapping also ``functools.partial`` of them; the
        whole family if not given.
    taus : sequence of floats
        Temperatures. Those that an estimator refuses are left out and listed in ``refused``; an
        estimator without a ``tau`` runs once.
    num_samples : int
        Monte Carlo samples for each estimator whose expectations are not enumerated, at least 64;
        rounded up to full batches.
    reference_samples : int
        Samples of REINFORCE, at least 64; each costs a loss and no gradient.
    max_configurations : int
        Enumerate up to so many configurations of positive probability, K ** rows without masks.
    batch_size : int
        The largest B.
    seed : int
        It determines all numbers but the times.
    progress : function of (done, total, name), optional
        Called before each of the measurements, and after the last.

    Returns
    -------
    reinmax_multi.diagnosis.Diagnosis
        ``records`` are plain dictionaries, ``table()`` is for rich, ``plot()`` is a matplotlib
        figure, ``to_json()`` is text.

    Raises
    ------
    TypeError
        An argument or the loss has a type that cannot be used.
    ValueError
        The loss does not return (B,) finite values or mixes its samples; a row of the logits has no
        distribution; a number is out of range; no estimator accepts a temperature; or the gradient
        is 0 (``diagnosis.ZeroGradientError``) or is not above the noise of ``reference_samples``.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from reinmax_multi.jax import diagnose, reinmax, straight_through
    >>> weights = jnp.arange(6.0).reshape(2, 3)
    >>> def loss(samples):
    ...     return (samples * weights).sum((-1, -2)) ** 2
    >>> logits = jnp.zeros_like(weights)
    >>> result = diagnose(loss, logits, [straight_through, reinmax], taus=[1.0])
    >>> result.reference
    'enumeration of 9 configurations'
    >>> [round(record["relative_bias"], 2) for record in result.records]
    [0.06, 0.0]
    """
