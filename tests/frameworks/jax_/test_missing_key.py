"""The remedy that is named for a missing key is one that works for the estimator."""

from __future__ import annotations

import jax.numpy as jnp
import pytest

from reinmax_multi.jax import gumbel_rao, reinmax


@pytest.mark.parametrize(
    ("function", "remedy"),
    [(reinmax, "or the categories themselves as sample="), (gumbel_rao, "also with sample=")],
)
def test_remedy(function, remedy):
    with pytest.raises(TypeError, match=remedy):
        function(jnp.zeros((4, 3)))
