"""What every bound function does before it computes: the one order of checks, axis and noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from .._core.binary import Binary
from .._core.draw import stages
from .._core.estimator import FORWARD_TAU, Estimator, Settings
from .._core.namespace import Array
from .._core.residuals import Tau
from . import arguments, foreign

SAMPLE_STREAM, BACKWARD_STREAM = 0, 1

Noise = Callable[[int, int], Array]
"""(count, stream) -> (..., count) whole numbers, uniform on 0 .. GRID - 1; streams differ."""


class Host(Protocol):
    """What a framework contributes; arrays are its own, categories last in ``rows``."""

    axis: str
    """What the framework calls the axis argument."""

    source: str
    """What the framework calls its source of randomness."""

    def is_array(self, value: Any) -> bool:
        """Whether a value is an array of the framework, whose numbers are never looked at."""

    def check(self, argument: str, value: Any, rows: Array | None = None) -> None:
        """Raises an error that names the argument unless its value is an array with a known rank,
        of the library of the rows if there are some.
        """

    def asarray(self, logits: Any) -> Array:
        """The checked logits as an array of the framework."""

    def rows(self, logits: Array, axis: int | None) -> Array:
        """The logits with the categories last, as the core is to see them; without an axis they are
        those of binary variables, and get one of size 1.
        """

    def placed(self, rows: Array, axis: int | None) -> Array:
        """Results of the core in the layout of the logits, the way back of :meth:`rows`."""

    def temperature(self, tau: Array, rows: Array) -> Array:
        """A checked temperature of one element as a 0-d array in a floating dtype, without a
        derivative.
        """

    def noise(self, estimator: Estimator, source: Any, rows: Array) -> Noise:
        """How to draw from the checked source."""

    def shape(self, array: Any) -> tuple[int | None, ...]:
        """The shape, None where a size is not known yet."""

    def dtype(self, array: Any) -> str:
        """The name of the dtype, as ``float32``."""

    def index(self, sample: Any, rows: Array) -> Array:
        """A checked sample (...) as (..., 1), in the integer dtype of an index."""


class Call(NamedTuple):
    """A checked call. Exactly one of ``noise`` and ``sample`` is given.

    logits : (..., K, ...) as an array of the framework
    rows : (..., K) what the host makes of them, categories last
    noise : (..., stages(K)) whole numbers to draw by
    sample : (..., 1) the categories to take
    words : (..., 2) the noise of the backward pass, None without one
    tau : the temperature; None if it is that of the distribution
    settings : the hyper-parameters
    axis : of the categories in the logits, counted from the end; None for binary variables, whose
        rows are (..., 1)
    """

    logits: Array
    rows: Array
    noise: Array | None
    sample: Array | None
    words: Array | None
    tau: Tau | None
    settings: Settings
    axis: int | None


class Checked(NamedTuple):
    """What of a call does not depend on the numbers in its arrays; as in :class:`Call`,
    but ``tau`` is None for an array too.
    """

    axis: int | None
    size: int | None
    settings: Settings
    tau: float | None


Known: TypeAlias = dict[tuple[Any, ...], Checked]
"""Checked calls of one estimator by the dtype and shape of their logits, axis and temperature."""
MOST_KNOWN = 1000
INDICES = (int, type(None))


def prepare(
    host: Host,
    estimator: Estimator,
    logits: Any,
    tau: Any,
    options: dict[str, Any],
    known: Known | None = None,
) -> Call:
    """Check a call; ``options`` are its keyword arguments, removed as they are read.

    A framework that computes a small call as fast as it is checked passes what it knows of earlier
    ones.
    """
    axis: Any = None if isinstance(estimator, Binary) else -1
    source = sample = None
    if options:
        axis = axis if axis is None else options.pop(host.axis, -1)
        source = options.pop(host.source, None)
        sample = options.pop("sample", None)
    logits, tau = _plain(host, "logits", logits), _plain(host, "tau", tau)
    host.check("logits", logits)
    arguments.check_dtype(host.dtype(logits))
    logits = host.asarray(logits)
    if known is None or options or type(axis) not in INDICES or type(tau) is not float:
        checked = _check(host, estimator, logits, axis, tau, options)
    else:
        key = logits.dtype, logits.shape, axis, tau
        checked = known.get(key) or _check(host, estimator, logits, axis, tau, options)
        if len(known) < MOST_KNOWN:
            known[key] = checked
    axis, size, settings, number = checked
    rows = host.rows(logits, axis)
    tau = _temperature(host, estimator, tau, rows) if host.is_array(tau) else number
    noise = words = None
    if sample is not None:
        host.check("sample", sample, rows)
        batch, of_sample = host.shape(rows)[:-1], host.shape(sample)
        arguments.check_sample(host.axis, axis, batch, of_sample, host.dtype(sample))
        sample = host.index(sample, rows)
    if sample is None or estimator.backward_noise:
        draw = host.noise(estimator, source, rows)
        if sample is None:
            noise = draw(stages(size), SAMPLE_STREAM)
        if estimator.backward_noise:
            words = draw(2, BACKWARD_STREAM)
    return Call(logits, rows, noise, sample, words, tau, settings, axis)


def _check(
    host: Host, estimator: Estimator, logits: Array, axis: Any, tau: Any, options: dict[str, Any]
) -> Checked:
    size: int | None = 1
    if not isinstance(estimator, Binary):
        shape = host.shape(logits)
        axis = arguments.check_axis(host.axis, axis, len(shape))
        size = shape[axis]
        arguments.check_size(estimator, host.axis, axis, size)
    settings = arguments.check_parameters(estimator, options)
    if host.is_array(tau):
        return Checked(axis, size, settings, None)
    number = arguments.check_tau_number(estimator, tau)
    is_forward_tau = number == settings.get(FORWARD_TAU, 1.0)
    return Checked(axis, size, settings, None if is_forward_tau else number)


def _temperature(host: Host, estimator: Estimator, tau: Any, rows: Array) -> Array:
    """A temperature that is an array; its value is never read, so it is never that of the
    distribution.
    """
    host.check("tau", tau, None if isinstance(tau, np.ndarray) else rows)
    arguments.check_tau_array(estimator, host.shape(tau), host.dtype(tau))
    return host.temperature(tau, rows)


def _plain(host: Host, argument: str, value: Any) -> Any:
    return value if host.is_array(value) else foreign.unwrapped(argument, value)
