"""What a diagnosis needs of PyTorch: the losses and the gradients of given samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import torch

from ..diagnosis._evaluator import Words, check_losses
from ..diagnosis._joint import Categories, Numbers
from . import _namespace as xp

_EXAMPLE = """
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


class Evaluator:
    """See :class:`reinmax_multi.diagnosis._evaluator.Evaluator`."""

    words: ClassVar[Words] = Words(
        package=__package__,
        array="torch.Tensor",
        logits="torch.Tensor",
        logits_annotation="torch.Tensor",
        arrays="tensors",
        traced="It runs eagerly.",
        example=_EXAMPLE,
    )
    xp: ClassVar[Any] = xp

    framework = f"PyTorch {torch.__version__}"

    def __init__(self, loss: Callable[[torch.Tensor], torch.Tensor], logits: torch.Tensor) -> None:
        self._loss, self._logits = loss, logits.detach()
        self.logits: Numbers = self._logits.double().cpu().numpy()

    def losses(self, categories: Categories) -> Numbers:
        size = self._logits.shape[-1]
        sample = self._categories(categories)
        hard = torch.nn.functional.one_hot(sample, size).to(self._logits.dtype)
        with torch.no_grad():
            values = self._checked(hard)
        return values.double().cpu().numpy()

    def gradient(
        self, estimator: Callable[..., Any], options: Mapping[str, float]
    ) -> Callable[[int, int, Categories | None], Numbers]:
        estimator(self._logits, **options, generator=self._generator(0))

        def gradient(size: int, seed: int, categories: Categories | None) -> Numbers:
            logits = self._logits.expand(size, *self._logits.shape).clone().requires_grad_()
            sample = None if categories is None else self._categories(categories)
            generator = self._generator(seed)
            hard, _ = estimator(logits, **options, generator=generator, sample=sample)
            total = self._checked(hard).sum()
            (result,) = torch.autograd.grad(total, logits, materialize_grads=True)
            return result.double().flatten(1).cpu().numpy()

        return gradient

    def _checked(self, hard: torch.Tensor) -> torch.Tensor:
        values = self._loss(hard)
        check_losses(values, isinstance(values, torch.Tensor), len(hard))
        return values

    def _categories(self, categories: Categories) -> torch.Tensor:
        shape = (len(categories), *self._logits.shape[:-1])
        return torch.as_tensor(categories, device=self._logits.device).reshape(shape)

    def _generator(self, seed: int) -> torch.Generator:
        return torch.Generator(self._logits.device).manual_seed(seed)

    @staticmethod
    def is_array(logits: Any) -> bool:
        return isinstance(logits, torch.Tensor)

    @staticmethod
    def asarray(values: Numbers) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.float32)
