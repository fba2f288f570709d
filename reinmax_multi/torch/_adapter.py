"""One binding for all estimators: it checks, draws, and calls the autograd Function that fits."""

from __future__ import annotations

from typing import Any, Protocol

import torch

from .. import _arguments as arguments
from .._docstring import docstring
from .._draw import GRID, stages
from ..estimator import Estimator, Sample
from ._functions import functions

_PARAMETERS = """
    Parameters
    ----------
    logits : torch.Tensor, (..., K, ...)
        float16, bfloat16, float32 or float64; -inf masks a category.
    tau : float or 0-d torch.Tensor, {bound}
        Temperature of the gradient; the sample and y_soft do not depend on it. No gradient flows to
        it, and the value of a tensor is never read, so it may change without a
        synchronisation.{parameters}
    dim : int
        The dimension of the categories.
    generator : torch.Generator, optional
        Source of the draw, on the device of the logits; the global one if not given. Checkpointing
        restores only the global one when it recomputes, and ``torch.compile`` accepts only that.
    sample : torch.Tensor of integers, the shape of the logits without ``dim``, optional
        Categories to use instead of drawing.

    Returns
    -------
    Sample
        ``(y_hard, y_soft)`` in the shape, dtype and device of the logits: y_hard is one-hot and
        carries the estimator's gradient, y_soft = {law} carries its own. A row that holds
        NaN or +inf, or is -inf throughout, is NaN in both, and so are its gradients; so is y_hard
        in a row whose ``sample`` is out of range.

    Notes
    -----
    Three things PyTorch itself does not do for custom gradients: ``torch.compile`` around a
    ``torch.func`` transform drops them, so it falls back to eager, or with ``fullgraph=True``
    fails with an error (compile the function and differentiate outside instead); forward mode
    inside forward mode loses their second derivative, so it fails with an error (make one of the
    two reverse); and an exported program keeps the values only. One thing it does not do for any
    draw: compiled with an ``activation_memory_budget`` below 1, it may draw anew in the backward
    pass (pass ``sample``).

    Raises
    ------
    TypeError
        The logits, ``tau`` or ``sample`` have a dtype that cannot be used.
    ValueError
        ``tau`` is out of range, ``dim`` is no axis, there are no categories, or ``sample`` has
        another shape.
    NotImplementedError
        It is called inside two forward modes of ``torch.func``.
    torch._dynamo.exc.Unsupported
        ``torch.compile(fullgraph=True)`` traces it inside a ``torch.func`` transform.

    Examples
    --------
    >>> import torch
    >>> from reinmax_multi.torch import {name}
    >>> logits = torch.zeros(4, 3, requires_grad=True)
    >>> y_hard, y_soft = {name}(logits, tau=1.0)
    >>> y_hard.sum(-1)
    tensor([1., 1., 1., 1.], grad_fn=<SumBackward1>)
    >>> (y_hard ** 3).sum().backward()
    >>> logits.grad.shape
    torch.Size([4, 3])
    """


class BoundEstimator(Protocol):
    """An estimator as a differentiable PyTorch function."""

    __name__: str

    def __call__(
        self,
        logits: torch.Tensor,
        tau: float | torch.Tensor = 1.0,
        *,
        dim: int = -1,
        generator: torch.Generator | None = None,
        sample: torch.Tensor | None = None,
        **parameters: float,
    ) -> Sample: ...


def bind(estimator: Estimator) -> BoundEstimator:
    """The differentiable PyTorch function of an estimator record."""
    traced, transformed, eager = functions(estimator)

    def bound(
        logits: torch.Tensor,
        tau: float | torch.Tensor = 1.0,
        *,
        dim: int = -1,
        generator: torch.Generator | None = None,
        sample: torch.Tensor | None = None,
        **parameters: float,
    ) -> Sample:
        _check_tensor("logits", logits)
        arguments.check_dtype(_name(logits.dtype))
        axis = arguments.check_axis("dim", dim, logits.ndim)
        arguments.check_size(estimator, "dim", axis, logits.shape[axis])
        tau = _check_tau(estimator, tau)
        values = arguments.check_parameters(estimator, parameters).values()
        rows = _moved(logits, axis, -1)
        categories = torch.arange(rows.shape[-1], device=rows.device)
        noise = None
        if sample is None:
            noise = _noise(rows, stages(rows.shape[-1]), generator)
        else:
            sample = _check_sample(sample, axis, rows)
        seed = _noise(rows, 2, generator) if estimator.backward_noise else None
        if torch.compiler.is_compiling():
            _refuse_compiled_functorch()
            function = traced
        else:
            _refuse_nested_forward_mode()
            function = transformed if _inside_functorch() else eager
        hard, soft, _ = function(rows, categories, noise, sample, seed, tau, *values)
        return Sample(_moved(hard, -1, axis), _moved(soft, -1, axis))

    bound.__module__ = __package__  # where pickle finds the family
    bound.__name__ = bound.__qualname__ = estimator.name
    bound.__doc__ = docstring(estimator, _PARAMETERS)
    arguments.sign(bound, estimator)
    return bound


def _moved(tensor: torch.Tensor, source: int, destination: int) -> torch.Tensor:
    """``movedim``, which is a node of the graph even where nothing moves."""
    return tensor if source == destination else tensor.movedim(source, destination)


def _noise(rows: torch.Tensor, count: int, generator: torch.Generator | None) -> torch.Tensor:
    shape = (*rows.shape[:-1], count)
    options: dict[str, Any] = {"device": rows.device}
    if generator is not None:  # torch.compile accepts no generator argument, not even None
        options["generator"] = _check_generator(generator, rows)
    return torch.randint(0, GRID, shape, **options)


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
def _inside_functorch() -> bool:
    return torch._C._functorch.peek_interpreter_stack() is not None


def _refuse_compiled_functorch() -> None:
    """torch.compile drops a custom gradient inside torch.func.grad, silently.

    https://github.com/pytorch/pytorch/issues/193279 and, for jvp, /issues/192985.
    """
    if _inside_functorch():
        raise NotImplementedError(
            "torch.compile ignores custom gradients under torch.func transforms and would return a "
            "wrong gradient: compile the function and use torch.autograd.grad or .backward()"
        )


def _refuse_nested_forward_mode() -> None:
    """Forward mode inside forward mode loses a custom function's second derivative, silently.

    https://github.com/pytorch/pytorch/issues/197867.
    """
    levels = torch._C._functorch.get_interpreter_stack() or ()
    if sum(level.key() == torch._C._functorch.TransformType.Jvp for level in levels) > 1:
        raise NotImplementedError(
            "torch.func.jvp or jacfwd inside another one ignores the second derivative of custom "
            "gradients and would return a wrong number: make one of them torch.func.grad or jacrev"
        )


def _check_tau(estimator: Estimator, tau: Any) -> Any:
    if isinstance(tau, torch.Tensor):
        arguments.check_tau_array(estimator, tau.ndim, _name(tau.dtype))
        return tau.detach()
    return arguments.check_tau_number(estimator, tau)


def _check_sample(sample: torch.Tensor, axis: int, rows: torch.Tensor) -> torch.Tensor:
    _check_tensor("sample", sample)
    arguments.check_sample(
        "dim", axis, tuple(rows.shape[:-1]), tuple(sample.shape), _name(sample.dtype)
    )
    return sample.to(device=rows.device, dtype=torch.int64).unsqueeze(-1)


def _check_tensor(argument: str, value: Any) -> None:
    if not isinstance(value, torch.Tensor):
        raise TypeError(
            f"{argument} must be a torch.Tensor, got {type(value).__name__}: wrap it in "
            "torch.as_tensor"
        )
    if value.layout != torch.strided or value.is_nested:
        raise TypeError(
            f"{argument} must be a dense torch.Tensor, got the layout {value.layout}"
            f"{' of a nested tensor' if value.is_nested else ''}: make it dense first"
        )


def _check_generator(generator: Any, rows: torch.Tensor) -> torch.Generator:
    if not isinstance(generator, torch.Generator):
        raise TypeError(
            f"generator must be a torch.Generator, got {type(generator).__name__}: pass "
            "torch.Generator(device).manual_seed(seed), or None for the global one"
        )
    if generator.device.type != rows.device.type:
        raise ValueError(
            f"generator must live on the device of the logits, {rows.device}, got one on "
            f"{generator.device}: pass torch.Generator({str(rows.device)!r})"
        )
    return generator


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
