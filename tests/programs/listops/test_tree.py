"""The parser against one in NumPy that knows no mask: trees, gradients, finished rows."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import backends
from examples.listops import batches, language, model, tree
from examples.listops.batches import Batch
from examples.listops.language import Expression, Limits
from reinmax_multi import Sample

SIZE = 6
TAU = 1.3
WEIGHTS = tree.Weights(
    *(array.astype(np.float64) for array in model.initial_weights(SIZE, 1))
)._replace(query=np.random.default_rng(2).normal(size=SIZE))
"""A query that prefers some pairs, as after training."""


def _expressions(count: int) -> list[Expression]:
    return language.generate(count, Limits(12), 1)


def _logistic(array: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-array))


def _parent(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Choi et al. 2018, eq. 1 to 3."""
    children = np.concatenate([left[:SIZE], right[:SIZE]])
    gates = children @ WEIGHTS.merge_kernel + WEIGHTS.merge_bias
    i, f_left, f_right, o = (_logistic(gates[n * SIZE : (n + 1) * SIZE]) for n in range(4))
    cell = f_left * left[SIZE:] + f_right * right[SIZE:] + i * np.tanh(gates[4 * SIZE :])
    return np.concatenate([o * np.tanh(cell), cell])


def _leaves(words: tuple[int, ...]) -> list[np.ndarray]:
    return [WEIGHTS.embedding[word] @ WEIGHTS.leaf_kernel + WEIGHTS.leaf_bias for word in words]


def _value_logits(root: np.ndarray) -> np.ndarray:
    hidden = np.maximum(root[:SIZE] @ WEIGHTS.hidden_kernel + WEIGHTS.hidden_bias, 0)
    return hidden @ WEIGHTS.value_kernel + WEIGHTS.value_bias


def _greedy_logits(words: tuple[int, ...]) -> np.ndarray:
    """A list of nodes, of which the best pair is replaced until one is left."""
    nodes = _leaves(words)
    while len(nodes) > 1:
        parents = [_parent(*nodes[pair : pair + 2]) for pair in range(len(nodes) - 1)]
        best = int(np.argmax([parent[:SIZE] @ WEIGHTS.query for parent in parents]))
        nodes[best : best + 2] = [parents[best]]
    return _value_logits(nodes[0])


def _loss(logits: np.ndarray, value: int) -> float:
    return float(np.log(np.exp(logits).sum()) - logits[value])


@pytest.fixture(scope="module")
def gradient(sheet: backends.Sheet, driver: Any) -> Callable[..., tuple[float, tree.Weights]]:
    """Of a batch: the loss and the gradients of all weights, with the greedy choice as the sample.

    A sample that is given makes it a function; its gradient is the estimator's all the same.
    """
    module = importlib.import_module(f"examples.listops.model_{sheet.name}")
    family = importlib.import_module(f"reinmax_multi.{sheet.name}")
    xp = module.xp if sheet.name == "torch" else importlib.import_module("jax.numpy")
    mode = "eager" if sheet.name == "torch" else "compiled"  # as the models are
    shapes = [array.shape for array in WEIGHTS]
    splits = np.cumsum([array.size for array in WEIGHTS])

    @cache
    def pullback(estimator: str) -> Callable[..., Any]:
        bound = getattr(family, estimator)

        def chosen(logits: Any, step: Any) -> Any:
            return bound(logits, TAU, sample=xp.argmax(logits, axis=-1)).y_hard

        def loss(flat: Any, words: Any, lengths: Any, values: Any, row_weights: Any) -> Sample:
            pieces = zip((0, *splits), splits, shapes, strict=False)
            weights = tree.Weights(*(flat[a:b].reshape(shape) for a, b, shape in pieces))
            logits = module.value_logits(weights, words, lengths, chosen)
            value = tree.cross_entropy(xp, logits, values, row_weights)
            return Sample(value, 0 * value)

        return driver.pullback_of(mode, loss, 5)

    def of(batch: Batch, estimator: str = "reinmax") -> tuple[float, tree.Weights]:
        flat = driver.asarray(np.concatenate([array.ravel() for array in WEIGHTS]), "float64")
        rows = [driver.asarray(array, "int32") for array in batch[:3]]
        others = [driver.asarray(array, "float64") for array in (batch.weights, 1.0, 0.0)]
        sample, cotangent = pullback(estimator)(flat, *rows, *others)
        parts = np.split(driver.to_numpy(cotangent), splits[:-1])
        gradients = (part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
        return float(driver.to_numpy(sample.y_hard)), tree.Weights(*gradients)

    return of


def test_greedy_trees_are_those_of_a_list(sheet: backends.Sheet) -> None:
    """Lengths from 4 to 12 side by side, so that most rows are finished in the last steps."""
    expressions = _expressions(40)
    weights = tree.Weights(*(array.astype(np.float32) for array in WEIGHTS))
    parser_of = importlib.import_module(f"examples.listops.model_{sheet.name}").Parser
    parser = parser_of(weights, model.Settings("reinmax", TAU, 0, SIZE, 1e-3))
    (batch,) = batches.in_order([Expression((1,) * 12, 1), *expressions], 48)[-1:]
    expected = [
        _greedy_logits(tuple(words[:n])).argmax() for words, n in zip(*batch[:2], strict=True)
    ]
    assert len(set(expected)) > 2
    np.testing.assert_array_equal(parser.evaluate(batch), expected)


def test_loss_is_that_of_a_list(gradient: Callable[..., Any]) -> None:
    expressions = _expressions(8)
    losses = [_loss(_greedy_logits(each.words), each.value) for each in expressions]
    assert gradient(_batch(expressions))[0] == pytest.approx(np.mean(losses), rel=1e-12)


def test_other_rows_and_padding_change_no_gradient(gradient: Callable[..., Any]) -> None:
    """A batch with finished, padded and empty rows has the mean of the gradients of each alone."""
    expressions = [*_expressions(6)[2:], Expression((4,), 4), Expression((10, 3, 1, 14), 1)]
    assert len({len(each.words) for each in expressions}) >= 4
    together = gradient(_batch(expressions))
    alone = [gradient(_batch([each], rows=1, width=12)) for each in expressions]
    assert together[0] == pytest.approx(np.mean([loss for loss, _ in alone]), rel=1e-12)
    for number, name in enumerate(tree.Weights._fields):
        expected = np.mean([gradients[number] for _, gradients in alone], axis=0)
        found = together[1][number]
        assert np.isfinite(found).all(), name
        np.testing.assert_allclose(found, expected, atol=1e-12, err_msg=name)
        assert np.abs(expected).max() > 1e-4, name


def test_row_without_a_pair_gives_the_scorer_exactly_nothing(gradient: Callable[..., Any]) -> None:
    digit = _batch([Expression((4,), 4)])
    _, gradients = gradient(digit)
    assert not gradients.query.any()
    assert not gradients.merge_kernel.any()
    assert gradients.hidden_kernel.any()


@pytest.mark.parametrize("estimator", ["reinmax", "straight_through"])
def test_gradient_of_the_scorer_is_the_estimators(
    gradient: Callable[..., Any], estimator: str
) -> None:
    """Three words have one choice of two. The loss as a function of a relaxed choice y is

        r'_0 = y_0 parent_0 + (1 - y_0) r_0,    r'_1 = y_0 r_2 + (1 - y_0 - y_1) r_1 + y_1 parent_1

    and the query gets sum_i (W dL/dy)_i h_i, for the dense matrix W of the estimator.
    """
    words, value = (12, 9, 3), 6
    nodes = _leaves(words)
    parents = [_parent(*nodes[:2]), _parent(*nodes[1:])]
    scores = np.array([parent[:SIZE] @ WEIGHTS.query for parent in parents])
    chosen = np.eye(2)[scores.argmax()]

    def loss(y: np.ndarray) -> float:
        left = y[0] * parents[0] + (1 - y[0]) * nodes[0]
        right = y[0] * nodes[2] + (1 - y[0] - y[1]) * nodes[1] + y[1] * parents[1]
        return _loss(_value_logits(_parent(left, right)), value)

    slopes = np.array([(loss(chosen + d) - loss(chosen - d)) / 2e-6 for d in 1e-6 * np.eye(2)])
    jacobians = {
        "reinmax": 2 * _jacobian((_softmax(scores / TAU) + chosen) / 2)
        - 0.5 * _jacobian(_softmax(scores)),
        "straight_through": _jacobian(_softmax(scores / TAU)) / TAU,
    }
    expected = (jacobians[estimator] @ slopes) @ np.array(parents)[:, :SIZE]
    batch = _batch([Expression(words, value)])
    found = gradient(batch, estimator)
    assert found[0] == pytest.approx(loss(chosen), rel=1e-12)
    np.testing.assert_allclose(found[1].query, expected, rtol=1e-6)


def _softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits) / np.exp(logits).sum()


def _jacobian(probabilities: np.ndarray) -> np.ndarray:
    return np.diag(probabilities) - np.outer(probabilities, probabilities)


def _batch(expressions: list[Expression], rows: int = 8, width: int = 16) -> Batch:
    """Padding holds a word, and rows that are too many are fillers of it, since none is to count.

    Few shapes, for JAX compiles each.
    """
    words = np.full((rows, width), 5, np.int32)
    lengths, values = np.ones(rows, np.int32), np.zeros(rows, np.int32)
    for row, expression in enumerate(expressions):
        lengths[row], values[row] = len(expression.words), expression.value
        words[row, : lengths[row]] = expression.words
    return Batch(words, lengths, values, (np.arange(rows) < len(expressions)).astype(np.float32))
