"""The noise of the backward pass: computed wherever it is needed, from two words a row.

A Monte Carlo estimator averages its product over noise of (num_samples, ..., K) numbers. None of
them is stored. The forward pass draws two words a row, and a hash of (words, sample number,
category) is the noise: the same bits in every framework, in chunks or at once, in the backward pass
and in its derivatives.

The hash is lowbias32, two multiplications between shifts (Chris Wellons, public domain,
https://github.com/skeeto/hash-prospector), once for each word: the second word and the sample
number give t, the first and t give a start, and the category numbers count from it through a last
round that takes t in once more, so that two rows share noise only if they share both words. It is
written in int32, which wraps around in every array library and is the widest integer JAX has by
default. A right shift of those copies the sign, where lowbias32 brings in zeros; the copies are
left in, since x ^ (x >> n) is as invertible with them. The numbers are counted by ones: a multiple
of ``arange`` that overflows is undefined in the C++ that inductor writes, and gcc then drops the
end of the loop. ``tests/core/test_noise.py`` judges the quality of the hash.
"""

from __future__ import annotations

from typing import Any

from .namespace import Array, Namespace, native
from .residuals import Residuals, Variables

FIRST_FACTOR = 0x7FEB352D
SECOND_FACTOR = 0x846CA68B - 2**32
BITS = 23  # u = (k + 1/2) / 2**23 is exact in float32, and neither 0 nor 1


def log_uniform(
    xp: Namespace,
    residuals: Residuals | Variables,
    categories: Array,
    first: Any,
    count: int,
    *,
    axis: int,
) -> Array:
    """Minus standard exponential noise of some samples for some categories.

    Parameters
    ----------
    residuals : with ``words``, two for each row
    categories : (K,) or (..., k) integer, with ``axis=0`` (k, ...)
    first : integer, the number of the first sample; may be traced
    count : how many samples
    axis : 0 for categories that lie before the rows, -1 behind them

    Returns
    -------
    (count, ..., K), or (count, K, ...) with ``axis=0``: independent draws of log u in the dtype of
        ``residuals.logits``, with u uniform on the 2**23 midpoints of a grid

    """
    words = xp.astype(residuals.words, xp.int32)
    if axis == 0:
        words = xp.moveaxis(words, -1, 0)
        first_word, second_word = words[:1, ...], words[1:, ...]
    else:
        first_word, second_word = words[..., :1], words[..., 1:]
    settled = native(xp).settled
    numbers = first + _up_to(xp, count, residuals.categories)
    numbers = xp.reshape(numbers, (count, *[1] * len(words.shape)))
    key = settled(_mix(xp, _mix(xp, second_word) + numbers))
    start = settled(_mix(xp, first_word ^ key))
    x = start + xp.astype(categories, xp.int32)
    x ^= xp.bitwise_right_shift(x, 16)
    x *= FIRST_FACTOR
    x ^= key
    x ^= xp.bitwise_right_shift(x, 15)
    x *= SECOND_FACTOR
    u = xp.astype(xp.bitwise_right_shift(x, 32 - BITS), residuals.logits.dtype)
    u += 2 ** (BITS - 1) + 0.5
    u *= 2.0**-BITS
    return xp.log(u)


def _mix(xp: Namespace, x: Array) -> Array:
    x = (x ^ xp.bitwise_right_shift(x, 16)) * FIRST_FACTOR
    x = (x ^ xp.bitwise_right_shift(x, 15)) * SECOND_FACTOR
    return x ^ xp.bitwise_right_shift(x, 16)


def _up_to(xp: Namespace, count: int, categories: Array) -> Array:
    """0 .. count - 1 as int32, on the device of ``categories``, which ``arange`` does not know."""
    first, _ = native(xp).ends(categories)
    numbers, size = xp.astype(first, xp.int32), 1
    while size < count:
        numbers, size = xp.concat([numbers, numbers + size], axis=0), 2 * size
    return numbers[:count]
