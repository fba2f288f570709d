"""What must hold for any call, from the dense matrices of the oracle.

A row of logits has no distribution if it holds NaN or +inf or is -inf throughout: it is NaN in
everything. A cotangent that is not finite shows in the gradient of its row, which holds at least
one number that is not finite; each number of that row that is finite is right, each infinity has
the right sign, and no other row changes by a bit. 0 times infinity is NaN, as in the derivative of
every framework's softmax: so an infinite cotangent of a masked category makes its row NaN.

Rounding is measured in units of epsilon times the sum of the row's absolute terms, each of them
weighed by the condition of its probability: the exponent theta_j - max theta is rounded too, so a
probability of exp(-50) is good to 50 units. The matrices meet a vector less its entry at the
sample: they ignore constants, and in the product a large one would hide the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.conformance.problem import Problem
from tests.oracles.dense import jacobian, softmax
from tests.oracles.oracle import Oracle
from tests.oracles.units import EPSILON, SMALLEST

Exact = np.longdouble


def has_distribution(logits: np.ndarray) -> np.ndarray:
    """For each row."""
    return ~np.isnan(logits).any(-1) & ~np.isposinf(logits).any(-1) & ~np.isneginf(logits).all(-1)


def assert_sample(problem: Problem, sample: Any, given: np.ndarray | None) -> None:
    """Both outputs are right: in every row, or NaN where they must be."""
    for part in sample:
        problem.assert_like_logits(part)
    hard, soft, logits = problem.last(sample[0]), problem.last(sample[1]), _logits(problem)
    good = has_distribution(logits)
    assert np.isnan(soft[~good]).all()
    inside = good if given is None else good & (given >= 0) & (given < logits.shape[-1])
    assert np.isnan(hard[~inside]).all()
    one = hard[inside]
    assert np.array_equal(one, np.eye(logits.shape[-1])[one.argmax(-1)])
    assert not np.signbit(one).any()
    if given is not None:
        assert np.array_equal(one.argmax(-1), given[inside])
    else:
        drawn = np.take_along_axis(logits[inside], one.argmax(-1)[:, None], -1)
        assert not np.isneginf(drawn).any()
    assert not np.any(soft[good][np.isneginf(logits[good])])
    pi = Oracle(problem.estimator, logits[good], 1.0, one.argmax(-1)).y_soft
    terms = (pi * _condition(logits[good], 1.0)).max(-1, keepdims=True, initial=0)
    problem.assert_numbers(soft[good], pi, terms, problem.dtype)


def assert_products(
    problem: Problem,
    result: Any,
    hard: Any,
    vectors: Sequence[tuple[np.ndarray, bool]],
) -> None:
    """``result`` is the sum of W v or J(pi) v (False) over the vectors; only rows with a sample."""
    problem.assert_like_logits(result)
    actual, logits, drawn = problem.last(result), _logits(problem), problem.last(hard)
    good = has_distribution(logits)
    assert np.isnan(actual[~good]).all()
    good &= ~np.isnan(drawn).any(-1)
    oracle = Oracle(problem.estimator, logits[good], problem.case.tau, drawn[good].argmax(-1))
    matrices = {True: oracle.weight(), False: jacobian(oracle.y_soft)}
    value = terms = signs = np.zeros_like(logits[good])
    finite = np.ones(len(logits[good]), bool)
    for vector, is_hard in vectors:
        v = vector[good].astype(Exact)
        plain = np.where(np.isfinite(v), v, 0)
        relative = plain - np.take_along_axis(plain, oracle.index[..., None], -1)
        value = value + np.einsum("...ij,...j->...i", matrices[is_hard], relative)
        terms = terms + _terms(oracle, np.abs(relative), problem.dtype)
        infinite = np.where(np.isinf(v), np.sign(v), 0)
        signs = signs + np.einsum("...ij,...j->...i", matrices[is_hard], infinite)
        finite &= np.isfinite(v).all(-1)
    actual = actual[good]
    assert np.isfinite(actual[finite]).all()
    assert (~np.isfinite(actual[~finite])).any(-1).all()
    clear = np.isinf(actual) & (np.abs(signs) > 1e-3)
    assert np.array_equal(np.sign(actual[clear]), np.sign(signs[clear]))
    problem.assert_numbers(
        np.where(np.isfinite(actual), actual, value), value, terms, problem.dtype
    )
    masked = np.isneginf(logits[good]) & (drawn[good] == 0) & finite[:, None]
    assert not np.any(actual[masked])


def assert_other_rows_are_untouched(
    problem: Problem, parts: Sequence[Any], clean: Sequence[Any], poisoned: np.ndarray
) -> None:
    """Bit for bit what they are when the poisoned rows are not."""
    for part, reference in zip(parts, clean, strict=True):
        assert np.array_equal(problem.last(part)[~poisoned], problem.last(reference)[~poisoned])


def _logits(problem: Problem) -> np.ndarray:
    return problem.last(problem.logits).astype(Exact)


def _condition(logits: np.ndarray, tau: float) -> np.ndarray:
    below = logits - logits.max(-1, keepdims=True, initial=-np.inf)
    return np.where(np.isneginf(below), 1, 1 + np.abs(below) / min(1.0, tau))


def _terms(oracle: Oracle, relative: np.ndarray, dtype: str) -> np.ndarray:
    """The sum of each row's conditioned terms, and of what is lost where q underflows."""
    underflow = SMALLEST["float64" if dtype == "float64" else "float32"] / EPSILON[dtype]
    q = oracle.y_soft + softmax(oracle.logits, oracle.tau) / min(1.0, oracle.tau)
    terms = q * relative * _condition(oracle.logits, oracle.tau) + underflow * relative
    return terms.sum(-1, keepdims=True)
