"""Promise: no limit on the number of categories (torch.multinomial stops at 2**24)."""

from __future__ import annotations

from functools import partial

import numpy as np

SIZE = 2**25


def test_one_row_of_two_to_the_25_categories(driver):
    """Half of the row is masked, and the draws reach past 2**24."""
    logits = np.zeros(SIZE, np.float32)
    logits[: SIZE // 2 : 2] = -np.inf
    given = driver.asarray(logits, "float32")
    reached = []
    for seed in range(6):
        bound = partial(driver.package.reinmax, **driver.randomness(seed))
        sample = driver.value("eager", bound, [given])
        hard = driver.to_numpy(sample.y_hard)
        (drawn,) = np.nonzero(hard)[0]
        assert hard[drawn] == 1.0
        assert np.isfinite(logits[drawn])
        reached.append(drawn)
    assert max(reached) > 2**24
