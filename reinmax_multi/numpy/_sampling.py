"""Categories without a gradient, and logits with a share of the uniform distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from .._call import arguments
from .._call.prepare import prepare_draw, prepare_rows
from .._call.sampling import documented
from .._core import distribution
from .._core.gradient import categories_drawn
from ._derivative import quiet
from ._face import FACE
from ._library import categories, namespace
from ._rows import HOST


@documented(
    FACE,
    """
>>> import numpy as np
>>> from reinmax_multi.numpy import draw
>>> draw(np.zeros((4, 3)), sample_shape=(2,), rng=np.random.default_rng(0)).shape
(2, 4)
""",
)
def draw(
    logits: Any,
    *,
    sample_shape: Sequence[int] = (),
    axis: int = -1,
    rng: numpy.random.Generator | None = None,
) -> Any:
    rows, noise, shape = prepare_draw(HOST, logits, sample_shape, axis, rng)
    with quiet():
        index = categories_drawn(namespace(rows), rows, categories(rows), noise)
    return HOST.reshape(index, shape, 1, 0)


@documented(
    FACE,
    """
>>> import numpy as np
>>> from reinmax_multi.numpy import mode
>>> mode(np.array([[0.0, 2.0, 2.0], [1.0, 0.0, -np.inf]]))
array([1, 0])
""",
)
def mode(logits: Any, *, axis: int = -1) -> Any:
    rows, _ = prepare_rows(HOST, logits, axis)
    with quiet():
        return distribution.mode(namespace(rows), rows, categories(rows))[..., 0]


@documented(
    FACE,
    """
>>> import numpy as np
>>> from reinmax_multi.numpy import unimix
>>> np.exp(unimix(np.array([0.0, 100.0]), 0.01)).round(3)
array([0.005, 0.995])
""",
)
def unimix(logits: Any, share: float, *, axis: int = -1) -> Any:
    rows, axis = prepare_rows(HOST, logits, axis)
    share = arguments.check_share(share)
    with quiet():
        mixed = distribution.unimix(namespace(rows), rows, share)
    return HOST.moveaxis(mixed, -1, axis)
