"""The data: 1797 handwritten digits of 8x8 pixels that ship inside scikit-learn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HELD_OUT = 297


class Digits(NamedTuple):
    """Float32 grey values in [0, 1], read as the means of Bernoulli pixels; one digit a row."""

    training: np.ndarray
    held_out: np.ndarray
    examples: np.ndarray


def load() -> Digits:
    """The fixed split, 1500 to train on and 297 held out; one held-out example of each digit."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / pixels.max()).astype(np.float32)
    training, held_out, _, held_out_labels = train_test_split(
        images, labels, test_size=HELD_OUT, random_state=0, stratify=labels
    )
    _, first = np.unique(held_out_labels, return_index=True)
    return Digits(training, held_out, held_out[first])
