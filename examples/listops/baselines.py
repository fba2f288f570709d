"""What is known of the value without a tree: the most frequent one, and a bag of words."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from .data import Data
from .language import CLASSES, VOCABULARY, Expression

HIDDEN = 64
EPOCHS = 60


def accuracies(data: Data) -> dict[str, float]:
    """Of three classifiers on the test part, the last two fitted to the counts of the words."""
    words, values = _counts(data.training), _values(data.training)
    test_words, test_values = _counts(data.test), _values(data.test)
    majority = np.bincount(values, minlength=CLASSES).argmax()
    linear = LogisticRegression(max_iter=300)
    perceptron = MLPClassifier((HIDDEN,), max_iter=EPOCHS, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are a choice
        return {
            "majority": float(np.mean(test_values == majority)),
            "bag of words, linear": linear.fit(words, values).score(test_words, test_values),
            "bag of words, perceptron": perceptron.fit(words, values).score(
                test_words, test_values
            ),
        }


def _counts(expressions: Sequence[Expression]) -> np.ndarray:
    size = len(VOCABULARY)
    return np.array([np.bincount(each.words, minlength=size) for each in expressions], float)


def _values(expressions: Sequence[Expression]) -> np.ndarray:
    return np.array([each.value for each in expressions])
