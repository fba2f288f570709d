"""Written by ``python -m backends.stubs torch``."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch

from reinmax_multi import Estimator, Sample
from reinmax_multi.diagnosis import Diagnosis
from reinmax_multi.diagnosis._candidates import Estimators
from reinmax_multi.diagnosis._run import Progress
from reinmax_multi._kernels.choice import Kernel
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
    "kernel",
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
        logits: torch.Tensor,
        tau: float | torch.Tensor = 1.0,
        hard: bool = True,
        *,
        dim: int = -1,
        generator: torch.Generator | None = None,
        sample: torch.Tensor | None = None,
        sample_shape: Sequence[int] = (),
        **parameters: float,
    ) -> Sample: ...

def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable PyTorch function of an estimator record."""

def decoupled_straight_through(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    forward_tau: float = 1.0,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """Straight-through with a separate temperature for the sample.

    The sample is drawn from softmax(logits / forward_tau), which also is y_soft, and the stand-in
    for its derivative is W = J(q) / tau with q = softmax(logits / tau) and J(q) = diag(q) - q q^T.
    At tau = forward_tau it is exact in expectation for losses linear in the sample. Source: Shah,
    Yan, Mozer and Liu (2024), arXiv:2410.13331.

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    forward_tau : float, positive and finite in float32, default 1.0
        Temperature of the sample and of y_soft: above 1 their distribution is flatter, below 1 more
        peaked.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits / forward_tau) carries its own. A
        row that holds NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients;
        so is y_hard in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import decoupled_straight_through
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = decoupled_straight_through(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def gapped_straight_through(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    gap: float = 1.0,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """Gapped straight-through: Gumbel-softmax's perturbation without its noise.

    The stand-in for the derivative of the sample D is W = J(q) / tau with J(q) = diag(q) - q q^T
    and q the softmax, at temperature tau, of logits that are perturbed just enough to make the
    sample the largest, by ``gap``: it is raised to the largest logit, and the others are lowered to
    at least ``gap`` below. Source: Fan, Chi, Rudnicky and Ramadge, ICML 2022, arXiv:2206.07235.

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    gap : float, positive and finite in float32, default 1.0
        How far below the sample the other perturbed logits are at least.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import gapped_straight_through
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = gapped_straight_through(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def gumbel_rao(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    num_samples: int = 10,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
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
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    num_samples : int, at least 1, default 10
        Draws of the Gumbel noise given the sample; the cost grows with it, the memory does not.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import gumbel_rao
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = gumbel_rao(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def gumbel_softmax(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
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
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import gumbel_softmax
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = gumbel_softmax(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def minimum_variance(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """The weight of least norm among those that are exact on quadratics.

    Like ReinMax at tau = 1 it is exact in expectation for losses quadratic in the sample, with a
    matrix of a smaller norm (an equal one for two categories), which is not symmetric. It solves a
    K x K system a row: the time grows with K^3 and the memory with K^2, so K is at most
    256. Source: Hooper and Shekhovtsov, AISTATS 2026; He and Wu (2026).

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau = 1
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import minimum_variance
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = minimum_variance(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def reinmax(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """ReinMax: a sampled category with a gradient of second-order accuracy.

    The stand-in for the derivative of the sample D is W = 2 J((pi_tau + D) / 2) - J(pi) / 2 with
    pi = softmax(logits), pi_tau = softmax(logits / tau) and J(q) = diag(q) - q q^T. At tau = 1 it
    is exact in expectation for losses quadratic in the sample. Source: Liu, Dong, Liu, Yu and Gao,
    NeurIPS 2023, arXiv:2304.08612, algorithm 2.

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau >= 1
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import reinmax
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = reinmax(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def reinmax_cv(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    eta: float = 1.0,
    num_samples: int = 10,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
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
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    eta : float, finite in float32, default 1.0
        Weight of the correction; at 0 it is ReinMax at tau = 1.
    num_samples : int, at least 1, default 10
        Draws of the Gumbel noise given the sample; the cost grows with it, the memory does not.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import reinmax_cv
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = reinmax_cv(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def reinmax_rao(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    num_samples: int = 10,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
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
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    num_samples : int, at least 1, default 10
        Draws of the Gumbel noise given the sample; the cost grows with it, the memory does not.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import reinmax_rao
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = reinmax_rao(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def straight_through(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """Straight-through: the gradient of softmax(logits / tau), whatever was sampled.

    The stand-in for the derivative of the sample is W = J(pi_tau) / tau with
    pi_tau = softmax(logits / tau) and J(q) = diag(q) - q q^T. At tau = 1 it is exact in expectation
    for losses linear in the sample, and of first order otherwise. Source: Bengio, Leonard and
    Courville (2013), arXiv:1308.3432.

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau > 0
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import straight_through
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = straight_through(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def zgr(
    logits: torch.Tensor,
    tau: float | torch.Tensor = 1.0,
    hard: bool = True,
    *,
    dim: int = -1,
    generator: torch.Generator | None = None,
    sample: torch.Tensor | None = None,
    sample_shape: Sequence[int] = (),
) -> Sample:
    """ZGR: the limit of Gumbel-Rao at temperature zero, equal to ReinMax at tau = 1.

    The stand-in for the derivative of the sample D is W = [J(pi) + (D - pi)(D - pi)^T] / 2 with pi
    = softmax(logits) and J(q) = diag(q) - q q^T. It is exact in expectation for losses quadratic in
    the sample, and costs no noise. Source: Shekhovtsov, ICML 2023, arXiv:2301.00434.

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    tau : float or torch.Tensor, tau = 1
        Temperature of the gradient, one for all rows or one for each, in a shape that broadcasts
        against the logits and has size 1 along ``dim``. The sample and y_soft do not depend on it.
        No gradient flows to it, and the value of a tensor is never read, so it may change without a
        synchronisation.
    hard : bool
        For calls written for PyPI ``reinmax``; the sample is always hard, so only True is accepted.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing; axes of several samples may come first.
    sample_shape : tuple of int
        The shape of several independent samples of each row, along first axes of y_hard. y_soft has
        none of them, and the gradient of the logits is the sum over the samples.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = softmax(logits) carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    PyTorch itself limits custom gradients in three ways. ``torch.compile`` around a ``torch.func``
    transform drops them, so this function falls back to eager, or with ``fullgraph=True`` raises an
    error: compile the function and differentiate outside. Forward mode inside forward mode loses
    their second derivative, so this function raises an error: make one of the two reverse. An
    exported program keeps the values only. And any draw, compiled with an
    ``activation_memory_budget`` below 1, may be repeated with other numbers in the backward pass:
    pass ``sample``.

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a type or dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is not an axis of the logits, there are no categories,
        ``sample`` has the wrong shape, or ``sample_shape`` has a size below 1 or is not that of
        ``sample``.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import zgr
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = zgr(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """

def draw(
    logits: torch.Tensor,
    *,
    sample_shape: Sequence[int] = (),
    dim: int = -1,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """Draw categories from softmax(logits), exactly as the estimators draw them.

    For the same source of randomness it is the category that y_hard of any estimator shows, if one
    sample is drawn. No gradient flows; what it returns is what ``sample=`` takes.

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    sample_shape : tuple of int
        The shape of independent samples. The probabilities are computed once, and memory grows with
        the samples alone.
    dim : int
        The axis of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global generator if not given.
        Checkpointing restores only the global generator when it recomputes, and ``torch.compile``
        accepts no other.

    Returns
    -------
    torch.Tensor of integers, ``sample_shape`` and the shape of the logits without ``dim``
        Categories, 0 in a row that holds NaN or +inf, or is -inf throughout. A masked category is
        never drawn.

    Raises
    ------
    TypeError
        An argument has a type or dtype that cannot be used.
    ValueError
        A size in ``sample_shape`` is negative, ``dim`` is not an axis of the logits, or there are
        no categories.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import draw
    >>> draw(torch.zeros(4, 3), sample_shape=(2,)).shape
    torch.Size([2, 4])
    """

def mode(
    logits: torch.Tensor,
    *,
    dim: int = -1,
) -> torch.Tensor:
    """The most probable category of each row: the first of the largest logits.

    As ``sample=`` of an estimator it makes a deterministic one, as for evaluation.

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    dim : int
        The axis of the categories.

    Returns
    -------
    torch.Tensor of integers, the shape of the logits without ``dim``
        Categories, 0 in a row that holds NaN. A masked category is one only where all are masked.

    Raises
    ------
    TypeError
        An argument has a type or dtype that cannot be used.
    ValueError
        ``dim`` is not an axis of the logits, or there are no categories.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import mode
    >>> mode(torch.tensor([[0.0, 2.0, 2.0], [1.0, 0.0, -torch.inf]]))
    tensor([1, 0])
    """

def unimix(
    logits: torch.Tensor,
    share: float,
    *,
    dim: int = -1,
) -> torch.Tensor:
    """The logits of a mixture of softmax(logits) with the uniform distribution.

    They are log((1 - share) softmax(logits) + share / n), n being the number of categories that
    are not masked, and those that are stay so. Differentiable by the logits. Source: Hafner,
    Pasukonis, Ba and Lillicrap (2023), arXiv:2301.04104, who take a share of 0.01.

    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category. If they are a DTensor, so are
        the results, in the same placements.
    share : float, 0 <= share <= 1
        The weight of the uniform distribution.
    dim : int
        The axis of the categories.

    Returns
    -------
    torch.Tensor, the shape and dtype of the logits
        Logarithms of probabilities, computed in float32 for float16 and bfloat16; NaN in a row that
        holds NaN or +inf, or is -inf throughout.

    Raises
    ------
    TypeError
        An argument has a type or dtype that cannot be used.
    ValueError
        ``share`` is not from 0 to 1, ``dim`` is not an axis of the logits, or there are no
        categories.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import unimix
    >>> unimix(torch.tensor([0.0, 100.0]), 0.01).exp()
    tensor([0.0050, 0.9950])
    """

def kernel(
    estimator: Callable[..., Any] | Estimator,
    logits: torch.Tensor,
) -> Kernel:
    """What computes an eager call of an estimator for these logits, and why.

    On a CPU it is loops over the rows that Numba compiles, if it is installed, and on a GPU kernels
    of Triton, which comes with PyTorch. What these cannot do, operations on whole arrays do, the
    core: the estimators whose gradient is random or solves a system, and, for all of them, forward
    mode, second derivatives, ``torch.func`` and programs that are compiled or traced. For the same
    noise all draw the same sample, but where the rounding of a probability decides, and gradients
    agree within rounding. The environment variable ``REINMAX_MULTI_KERNEL``, read when the package
    is imported, demands ``core``, ``numba`` or ``triton``.

    Parameters
    ----------
    estimator : bound function or Estimator
        As ``reinmax``, what ``bind`` returned, or a record.
    logits : torch.Tensor
        Their numbers do not matter, but their device does.

    Returns
    -------
    Kernel
        ``(name, reason)``, the name being ``"core"``, ``"numba"`` or ``"triton"``.

    Raises
    ------
    TypeError
        ``estimator`` or ``logits`` is something else.
    ValueError
        The environment variable is set to another value.
    RuntimeError
        It demands a kernel that cannot be had here.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import gumbel_rao, kernel
    >>> kernel(gumbel_rao, torch.zeros(4, 3)).name
    'core'
    """

def diagnose(
    loss: Callable[[torch.Tensor], torch.Tensor],
    logits: torch.Tensor,
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
    loss : function of tensors, (B, *logits.shape), to an array, (B,)
        The loss of each of B samples, each of which is a configuration: no sample may influence the
        loss of another, so batch normalisation and dropout must be in inference mode.
        It runs eagerly.
    logits : torch.Tensor, (..., K)
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
    >>> import torch
    >>> from reinmax_multi.torch import diagnose, reinmax, straight_through
    >>> weights = torch.arange(6.0, dtype=torch.float64).reshape(2, 3)
    >>> def loss(samples):
    ...     return (samples * weights).sum((-1, -2)) ** 2
    >>> logits = torch.zeros_like(weights)
    >>> result = diagnose(loss, logits, [straight_through, reinmax], taus=[1.0])
    >>> result.reference
    'enumeration of 9 configurations'
    >>> [round(record["relative_bias"], 2) for record in result.records]
    [0.06, 0.0]
    """
