"""Categories without a gradient, and logits with a share of the uniform distribution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from .._call import arguments
from .._call.prepare import prepare_draw, prepare_rows
from .._call.sampling import documented
from .._core import distribution
from .._core.gradient import categories_drawn
from . import _namespace as xp
from ._categories import gathered, namespace_for
from ._face import FACE
from ._host import HOST, as_array, check_categories, standard_promotion
from ._mesh import Split, on_mesh, split_of


@documented(
    FACE,
    """
>>> import jax
>>> import jax.numpy as jnp
>>> from reinmax_multi.jax import draw
>>> draw(jnp.zeros((4, 3)), sample_shape=(2,), key=jax.random.key(0)).shape
(2, 4)
""",
)
def draw(
    logits: jax.typing.ArrayLike,
    *,
    sample_shape: Sequence[int] = (),
    axis: int = -1,
    key: jax.Array | None = None,
) -> jax.Array:
    with standard_promotion():
        drawing = prepare_draw(
            HOST, as_array("logits", logits), sample_shape, axis, as_array("key", key)
        )
        check_categories(drawing.rows, axis)
        rows = jax.lax.stop_gradient(drawing.rows)
        index: jax.Array = _drawn(rows, drawing.noise, drawing.sample_shape)
        return index


@partial(jax.jit, static_argnums=2)
def _drawn(rows: Any, noise: Any, shape: tuple[int, ...]) -> jax.Array:
    names = namespace_for(rows)

    def run(rows: jax.Array, noise: jax.Array) -> jax.Array:
        index = categories_drawn(names, rows, jnp.arange(rows.shape[-1]), noise)
        return HOST.reshape(index, shape, 1, 0)

    spread = on_mesh_as(run, rows, lambda *split: Split(*[None] * len(shape), *split[:-1]))
    result: jax.Array = spread(gathered(rows), noise)
    return result


@documented(
    FACE,
    """
>>> import jax.numpy as jnp
>>> from reinmax_multi.jax import mode
>>> mode(jnp.array([[0.0, 2.0, 2.0], [1.0, 0.0, -jnp.inf]])).tolist()
[1, 0]
""",
)
def mode(logits: jax.typing.ArrayLike, *, axis: int = -1) -> jax.Array:
    with standard_promotion():
        rows, axis = prepare_rows(HOST, as_array("logits", logits), axis)
        check_categories(rows, axis)
        index: jax.Array = _mode(jax.lax.stop_gradient(rows))
        return index


@jax.jit
def _mode(rows: jax.Array) -> jax.Array:
    def run(rows: jax.Array) -> jax.Array:
        index: jax.Array = distribution.mode(xp, rows, jnp.arange(rows.shape[-1]))
        return index[..., 0]

    result: jax.Array = on_mesh_as(run, rows, lambda *split: Split(*split[:-1]))(rows)
    return result


@documented(
    FACE,
    """
>>> import jax.numpy as jnp
>>> from reinmax_multi.jax import unimix
>>> jnp.exp(unimix(jnp.array([0.0, 100.0]), 0.01)).round(3).tolist()
[0.004999999888241291, 0.9950000047683716]
""",
)
def unimix(logits: jax.typing.ArrayLike, share: float, *, axis: int = -1) -> jax.Array:
    with standard_promotion():
        rows, axis = prepare_rows(HOST, as_array("logits", logits), axis)
        mixed = _unimix(rows, arguments.check_share(share))
        return HOST.moveaxis(mixed, -1, axis)


@partial(jax.jit, static_argnums=1)
def _unimix(rows: jax.Array, share: float) -> jax.Array:
    result: jax.Array = on_mesh_as(partial(distribution.unimix, xp, share=share), rows, Split)(rows)
    return result


def on_mesh_as(run: Callable[..., jax.Array], rows: jax.Array, split_as: Callable[..., Any]) -> Any:
    """``run`` on automatic axes; ``split_as`` makes the split of its result from that of the rows.
    Where types tell of no split, ``run`` itself.
    """
    split = split_of(rows)
    if split is None:
        return run
    spread = on_mesh(lambda *arrays: (run(*arrays),), rows, split_as(*split))
    return lambda *arrays: spread(*arrays)[0]
