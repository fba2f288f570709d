"""Promise: a DTensor gives what it gives on one process, placed alike; noise and errors of it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("count", [2, 4])
def test_the_same_samples_and_gradients_as_on_one_process(spread, count):
    spread("calls", count)


def test_noise_arguments_modes_and_what_is_sent(spread):
    spread("promises", 2)
