"""What every bound function does before it computes: the one order of checks, axis and noise."""

from __future__ import annotations

import math
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

    def reshape(self, array: Array, sizes: tuple[int, ...], merged: int, at: int) -> Array:
        """An array with new sizes in place of its first axes (``at`` 0) or of its last (-1), as
        many as ``merged``.
        """

    def moveaxis(self, array: Array, source: int, destination: int) -> Array:
        """An array with one axis elsewhere."""

    def temperature(self, tau: Array, rows: Array) -> Array:
        """A checked temperature in a floating dtype, without a derivative."""

    def noise(self, estimator: Estimator | None, source: Any, rows: Array) -> Noise:
        """How to draw from the checked source, for an estimator or, None, for ``draw``."""

    def shape(self, array: Any) -> tuple[int | None, ...]:
        """The shape, None where a size is not known yet."""

    def dtype(self, array: Any) -> str:
        """The name of the dtype, as ``float32``."""

    def index(self, sample: Any, rows: Array) -> Array:
        """A checked sample (...) as (..., 1), in the integer dtype of an index."""


def new_shape(
    shape: tuple[Any, ...], sizes: tuple[int, ...], merged: int, at: int
) -> tuple[Any, ...]:
    """The shape that :meth:`Host.reshape` gives an array of a known shape."""
    return (*sizes, *shape[merged:]) if at == 0 else (*shape[: len(shape) - merged], *sizes)


class Call(NamedTuple):
    """A checked call. Exactly one of ``noise`` and ``sample`` is given.

    logits : (..., K, ...) as an array of the framework
    rows : (..., K) what the host makes of them, categories last
    noise : (..., stages(K)) whole numbers to draw by
    sample : (..., 1) the categories to take
    words : (..., 2) the noise of the backward pass, None without one
    tau : the temperature, a number, a 0-d array or one of (..., 1); None if it is that of the
        distribution
    settings : the hyper-parameters
    axis : of the categories in the logits, counted from the end; None for binary variables, whose
        rows are (..., 1)
    sample_shape : the shape of several samples, () of one. They lie along one axis in ``noise``,
        (..., samples, stages(K)), and along the first in ``sample`` and ``words``
    """

    logits: Array
    rows: Array
    noise: Array | None
    sample: Array | None
    words: Array | None
    tau: Tau | None
    settings: Settings
    axis: int | None
    sample_shape: tuple[int, ...] = ()


class Drawing(NamedTuple):
    """A checked call that draws.

    rows : (..., K) what the host makes of the logits, categories last
    noise : (..., samples, stages(K)) whole numbers to draw by
    sample_shape : the shape of the samples
    """

    rows: Array
    noise: Array
    sample_shape: tuple[int, ...]


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
    shape: tuple[int, ...] = ()
    if options:
        axis = axis if axis is None else options.pop(host.axis, -1)
        source = options.pop(host.source, None)
        sample = options.pop("sample", None)
        shape = arguments.check_sample_shape(options.pop("sample_shape", ()), least=1)
    logits, tau = prepare_logits(host, logits), _plain(host, "tau", tau)
    if known is None or options or type(axis) not in INDICES or type(tau) is not float:
        checked = _check(host, estimator, logits, axis, tau, options)
    else:
        key = logits.dtype, logits.shape, axis, tau
        checked = known.get(key) or _check(host, estimator, logits, axis, tau, options)
        if len(known) < MOST_KNOWN:
            known[key] = checked
    axis, size, settings, number = checked
    rows = host.rows(logits, axis)
    tau = _temperature(host, estimator, tau, logits, rows, axis) if host.is_array(tau) else number
    noise = words = None
    if sample is not None:
        host.check("sample", sample, rows)
        batch, of_sample = host.shape(rows)[:-1], host.shape(sample)
        kind = host.dtype(sample)
        shape = arguments.check_sample(host.axis, axis, batch, of_sample, kind, shape)
        sample = host.index(sample, rows)
        if shape:
            sample = host.reshape(sample, (math.prod(shape),), len(shape), 0)
    if sample is None or estimator.backward_noise:
        draw = host.noise(estimator, source, rows)
        if sample is None:
            noise = _numbers(host, draw, shape, stages(size), SAMPLE_STREAM)
        if estimator.backward_noise:
            words = _numbers(host, draw, shape, 2, BACKWARD_STREAM)
            if shape:
                words = host.moveaxis(words, -2, 0)
    return Call(logits, rows, noise, sample, words, tau, settings, axis, shape)


def _check(
    host: Host, estimator: Estimator, logits: Array, axis: Any, tau: Any, options: dict[str, Any]
) -> Checked:
    size: int | None = 1
    if not isinstance(estimator, Binary):
        axis, size = _axis_and_size(host, logits, axis)
        arguments.check_greatest_size(estimator, host.axis, axis, size)
    settings = arguments.check_parameters(estimator, options)
    if host.is_array(tau):
        return Checked(axis, size, settings, None)
    number = arguments.check_tau_number(estimator, tau)
    is_forward_tau = number == settings.get(FORWARD_TAU, 1.0)
    return Checked(axis, size, settings, None if is_forward_tau else number)


def prepare_draw(
    host: Host, logits: Any, sample_shape: Any, axis: Any, source: Any, *, binary: bool = False
) -> Drawing:
    """Check a call that draws several samples of each row, or of binary variables."""
    logits = prepare_logits(host, logits)
    axis, size = (None, 1) if binary else _axis_and_size(host, logits, axis)
    shape = arguments.check_sample_shape(sample_shape, least=0)
    rows = host.rows(logits, axis)
    draw = host.noise(None, source, rows)
    noise = _numbers(host, draw, shape or (1,), stages(size), SAMPLE_STREAM)
    return Drawing(rows, noise, shape)


def _numbers(host: Host, draw: Noise, shape: tuple[int, ...], count: int, stream: int) -> Array:
    """(..., count) whole numbers for each row; of several samples, (..., samples, count)."""
    if not shape:
        return draw(count, stream)
    samples = math.prod(shape)
    return host.reshape(draw(samples * count, stream), (samples, count), 1, -1)


def prepare_rows(host: Host, logits: Any, axis: Any) -> tuple[Array, int]:
    """The checked logits with the categories last, and the axis that these had."""
    logits = prepare_logits(host, logits)
    axis, _ = _axis_and_size(host, logits, axis)
    return host.moveaxis(logits, axis, -1), axis


def prepare_logits(host: Host, logits: Any) -> Array:
    """The checked logits."""
    logits = _plain(host, "logits", logits)
    host.check("logits", logits)
    arguments.check_dtype(host.dtype(logits))
    return host.asarray(logits)


def _axis_and_size(host: Host, logits: Array, axis: Any) -> tuple[int, int | None]:
    shape = host.shape(logits)
    axis = arguments.check_axis(host.axis, axis, len(shape))
    arguments.check_size(host.axis, axis, shape[axis])
    return axis, shape[axis]


def _temperature(
    host: Host, estimator: Estimator, tau: Any, logits: Array, rows: Array, axis: int | None
) -> Array:
    """A temperature that is an array, 0-d or (..., 1) as the rows are. Its value is never read, so
    it is never that of the distribution.
    """
    host.check("tau", tau, None if isinstance(tau, np.ndarray) else rows)
    shape, of_logits = host.shape(tau), host.shape(logits)
    is_one = arguments.check_tau_array(
        estimator, host.axis, axis, of_logits, shape, host.dtype(tau)
    )
    tau, rank = host.temperature(tau, rows), len(shape)
    if is_one:
        return host.reshape(tau, (), rank, 0) if rank else tau
    if axis is None:
        return host.reshape(tau, (1,), 0, -1)
    return host.moveaxis(host.reshape(tau, (1,) * (len(of_logits) - rank), 0, 0), axis, -1)


def _plain(host: Host, argument: str, value: Any) -> Any:
    if type(value) is float or host.is_array(value):
        return value
    return foreign.unwrapped(argument, value)
