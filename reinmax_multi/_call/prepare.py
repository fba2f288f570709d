"""What every bound function does before it computes: the one order of checks, axis and noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeAlias

from .._core.draw import stages
from .._core.estimator import FORWARD_TAU, Estimator, Settings
from .._core.namespace import Array
from .._core.residuals import Tau
from . import arguments

SAMPLE_STREAM, BACKWARD_STREAM = 0, 1

Noise = Callable[[int, int], Array]
"""(count, stream) -> (..., count) whole numbers, uniform on 0 .. GRID - 1; streams differ."""


class Host(Protocol):
    """What a framework contributes; arrays are its own, categories last in ``rows``."""

    axis: str
    """What the framework calls the axis argument."""

    source: str
    """What the framework calls its source of randomness."""

    def check(self, argument: str, value: Any, rows: Array | None = None) -> None:
        """Raises an error that names the argument unless its value is an array with a known rank,
        of the library of the rows if there are some.
        """

    def asarray(self, logits: Any) -> Array:
        """The checked logits as an array of the framework."""

    def tau(self, tau: Any, rows: Array) -> Array | None:
        """A temperature that is an array, without a derivative; None for anything else."""

    def noise(self, estimator: Estimator, source: Any, rows: Array) -> Noise:
        """How to draw from the checked source."""

    def shape(self, array: Any) -> tuple[int | None, ...]:
        """The shape, None where a size is not known yet."""

    def dtype(self, array: Any) -> str:
        """The name of the dtype, as ``float32``."""

    def moveaxis(self, array: Array, source: int, destination: int) -> Array:
        """The array itself if nothing moves."""

    def index(self, sample: Any, rows: Array) -> Array:
        """A checked sample (...) as (..., 1), in the integer dtype of an index."""


class Call(NamedTuple):
    """A checked call. Exactly one of ``noise`` and ``sample`` is given.

    rows : (..., K) the logits, categories last
    noise : (..., stages(K)) whole numbers to draw by
    sample : (..., 1) the categories to take
    words : (..., 2) the noise of the backward pass, None without one
    tau : the temperature; None if it is that of the distribution
    settings : the hyper-parameters
    axis : of the categories in the logits, counted from the end
    """

    rows: Array
    noise: Array | None
    sample: Array | None
    words: Array | None
    tau: Tau | None
    settings: Settings
    axis: int


class Checked(NamedTuple):
    """What of a call does not depend on the numbers in its arrays; as in :class:`Call`."""

    axis: int
    size: int | None
    settings: Settings
    tau: Tau | None


Known: TypeAlias = dict[tuple[Any, ...], Checked]
"""Checked calls of one estimator by the dtype and shape of their logits, axis and temperature."""
MOST_KNOWN = 1000


def prepare(
    host: Host,
    estimator: Estimator,
    logits: Any,
    tau: Any,
    options: dict[str, Any],
    known: Known | None = None,
) -> Call:
    """Check a call; ``options`` are its keywords, which are used up.

    A framework that computes a small call as fast as it is checked gives what it knows of earlier
    ones.
    """
    axis, source, sample = -1, None, None
    if options:
        axis = options.pop(host.axis, -1)
        source = options.pop(host.source, None)
        sample = options.pop("sample", None)
    host.check("logits", logits)
    arguments.check_dtype(host.dtype(logits))
    logits = host.asarray(logits)
    if known is None or options or type(axis) is not int or type(tau) is not float:
        checked = _check(host, estimator, logits, axis, tau, options)
    else:
        key = logits.dtype, logits.shape, axis, tau
        checked = known.get(key) or _check(host, estimator, logits, axis, tau, options)
        if len(known) < MOST_KNOWN:
            known[key] = checked
    axis, size, settings, tau = checked
    rows = host.moveaxis(logits, axis, -1)
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
    return Call(rows, noise, sample, words, tau, settings, axis)


def _check(
    host: Host, estimator: Estimator, logits: Array, axis: Any, tau: Any, options: dict[str, Any]
) -> Checked:
    shape = host.shape(logits)
    axis = arguments.check_axis(host.axis, axis, len(shape))
    size = shape[axis]
    arguments.check_size(estimator, host.axis, axis, size)
    settings = arguments.check_parameters(estimator, options)
    array = host.tau(tau, logits)
    if array is not None:
        arguments.check_tau_array(estimator, len(host.shape(array)), host.dtype(array))
        return Checked(axis, size, settings, array)
    number = arguments.check_tau_number(estimator, tau)
    is_forward_tau = number == settings.get(FORWARD_TAU, 1.0)
    return Checked(axis, size, settings, None if is_forward_tau else number)
