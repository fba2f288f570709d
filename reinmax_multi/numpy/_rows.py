"""How the two passes over the rows are taken: by the core, or by loops that Numba compiles."""

from __future__ import annotations

import functools
import os
from typing import Any, cast

import numpy as np

from .._core.binary import Binary
from .._core.estimator import Estimator, Settings
from .._core.jacobians import Jacobians
from .._core.namespace import Array
from .._core.passes import Passes, passes
from .._core.residuals import Saved, Tau, is_of_rows
from .._kernels import choice, numba
from .._kernels.choice import Way
from .._kernels.coefficients import coefficients
from .._kernels.numba import Kernels
from .._kernels.rows import Rows
from .._kernels.threads import share
from ._host import Host
from ._library import categories, namespace

HOST = Host()


class Core:
    """The core, for arrays of any array-API library."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes

    def forward(
        self, logits: Array, noise: Array | None, sample: Array | None, forward_tau: float
    ) -> tuple[Array, Array, Array]:
        hard, soft, index = self._passes.forward(
            namespace(logits),
            logits,
            categories(logits),
            noise=noise,
            sample=sample,
            forward_tau=forward_tau,
        )
        return hard, soft, index

    def pullback(
        self,
        estimator: Estimator,
        settings: Settings,
        saved: Saved,
        hard_cotangent: Array | None,
        soft_cotangent: Array | None,
        tau: Tau | None,
    ) -> Array:
        return self._passes.pullback(
            namespace(saved.logits),
            estimator,
            settings,
            saved,
            categories(saved.logits),
            hard_cotangent,
            soft_cotangent,
            tau,
        )


class Numba:
    """Rows of NumPy arrays, for a record that has Jacobians."""

    def __init__(self, kernels: Kernels) -> None:
        self.kernels = kernels

    def forward(
        self, logits: Array, noise: Array | None, sample: Array | None, forward_tau: float
    ) -> tuple[Array, Array, Array]:
        logits, noise, sample = map(_in_order, (logits, noise, sample))
        size = logits.shape[-1]
        hard, soft = np.empty_like(logits), np.empty_like(logits)
        index = np.empty((*logits.shape[:-1], 1), np.int64)
        arguments = (
            *self.kernels.forms[logits.dtype.name],
            *map(_address, (logits, noise, sample, hard, soft, index)),
            size,
            forward_tau,
        )
        share(self.kernels.of(size).forward, arguments, index.size, size, _threads)
        return hard, soft, index

    def pullback(
        self,
        estimator: Estimator,
        settings: Settings,
        saved: Saved,
        hard_cotangent: Array | None,
        soft_cotangent: Array | None,
        tau: Tau | None,
    ) -> Array:
        g, h = hard_cotangent, soft_cotangent
        if not (_is_like(g, saved.logits) and _is_like(h, saved.logits)) or is_of_rows(tau):
            return core_for(estimator).pullback(estimator, settings, saved, g, h, tau)
        logits, soft, index, g, h = map(_in_order, (*saved[:3], g, h))
        result, size = np.empty_like(logits), logits.shape[-1]
        jacobians = cast(Jacobians, estimator.jacobians)
        arguments = (
            *self.kernels.forms[logits.dtype.name],
            *map(_address, (logits, soft, index, g, h, result)),
            size,
            *coefficients(jacobians, settings, None if tau is None else float(tau)),
        )
        share(self.kernels.of(size).pullback, arguments, index.size, size, _threads)
        return result


DTYPES = ("float16", "float32", "float64")


def choose(estimator: Estimator, logits: Array) -> Rows:
    """The rows of :func:`way`."""
    return way(estimator, logits).rows or core_for(estimator)


def core_for(estimator: Estimator) -> Core:
    """The core for a record."""
    return Core(passes(estimator))


def way(estimator: Estimator, logits: Array) -> Way:
    """For logits (..., K), the kernel, and the core where it cannot serve."""
    found = _found(None if choice.DEMANDED == "triton" else choice.DEMANDED)
    if found.rows is None:
        return found
    if isinstance(estimator, Binary):
        return choice.BINARY
    if estimator.jacobians is None:
        return choice.core(f"the record {estimator.name} has no jacobians")
    if type(logits) is not np.ndarray or not logits.dtype.isnative:
        return choice.core("the logits are no plain numpy.ndarray in the byte order of the machine")
    return found


@functools.cache
def _found(demanded: str | None) -> Way:
    return choice.find(demanded, "numba", _rows_of)


def _rows_of(_: str) -> Rows | str:
    kernels = numba.load()
    return kernels if isinstance(kernels, str) else Numba(kernels)


def _is_like(cotangent: Array | None, logits: Array) -> bool:
    """Whether a cotangent, if there is one, is of the kind and the dtype of the logits."""
    return cotangent is None or (type(cotangent) is np.ndarray and cotangent.dtype == logits.dtype)


def _in_order(array: Any) -> Any:
    """The numbers one after the other in memory, where a processor takes them."""
    return None if array is None else np.require(array, requirements=("C", "A"))


def _address(array: Array | None) -> int:
    return 0 if array is None else array.ctypes.data


def _threads() -> int:
    """As many as there are processors for this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
