"""The words that a call draws for its backward pass, by an estimator whose gradient they are.

A draw depends on the seed, on the mode and on the shape of the rows, but on no estimator. So a
probe is called as the estimator was, and the oracle knows the noise without knowing how a framework
draws.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from reinmax_multi import Estimator, estimators

BYTES = 8
FLOAT = "float32"


def is_random(estimator: str) -> bool:
    """Whether an estimator of the family draws words; the records of a user do not."""
    record = getattr(estimators, estimator, None)
    return record is not None and record.backward_noise


def _bytes(xp: Any, residuals: Any, vector: Any, tau: Any) -> Any:
    """W = diag of the eight bytes of the two words; every dtype holds a byte exactly."""
    diagonal = xp.zeros_like(vector)
    for place in range(BYTES):
        word = residuals.words[..., place // 4 : place // 4 + 1]
        byte = xp.bitwise_right_shift(word, 8 * (place % 4)) & 255
        diagonal = xp.where(residuals.categories == place, xp.astype(byte, vector.dtype), diagonal)
    # of the logits in form, as every gradient is: their rows may be spread over devices
    return (diagonal + (residuals.soft - residuals.soft)) * vector


PROBE = Estimator("probe", _bytes, backward_noise=True)


@lru_cache
def probe(driver: Any) -> Callable[..., Any]:
    """The probe as a function of the framework."""
    return driver.package.bind(PROBE)


def decoded(gradient: np.ndarray) -> np.ndarray:
    """The words (..., 2) from the gradient of the probe."""
    each = gradient[..., :BYTES].astype(np.int64).reshape(*gradient.shape[:-1], 2, 4)
    return (each * 256 ** np.arange(4)).sum(-1)


def probe_logits(driver: Any, batch: tuple[int, ...], size: int) -> Any:
    """Logits whose rows draw what rows of ``size`` categories draw."""
    return driver.asarray(np.zeros((*batch, size if size > 64 else BYTES)), FLOAT)


@lru_cache
def words(
    driver: Any, mode: str, batch: tuple[int, ...], size: int, seed: int, given: bool
) -> np.ndarray:
    """What a call with ``driver.ambient(seed)`` draws in a mode, (..., 2)."""
    function, options = probe(driver), driver.ambient(seed)
    arrays = [probe_logits(driver, batch, size)]
    if given:
        arrays.append(driver.asarray(np.zeros(batch), "int64"))

    def call(logits: Any, *sample: Any) -> Any:
        named = {"sample": sample[0]} if sample else {}
        return function(logits, **named, **options)

    ones = driver.asarray(np.ones(arrays[0].shape), FLOAT)
    _, gradient = driver.pullback(mode, call, arrays, [ones, 0 * ones])
    return decoded(driver.to_numpy(gradient))
