"""What is generated is ListOps as published, by an evaluator of its own and by its frequencies."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from examples.listops import batches, language
from examples.listops.language import VOCABULARY, Expression, Limits

FUNCTIONS = {
    "MIN": np.min,
    "MAX": np.max,
    "MED": lambda digits: int(np.median(digits)),
    "SM": lambda digits: np.sum(digits) % 10,
}


@pytest.fixture(scope="module")
def expressions() -> list[Expression]:
    return language.generate(3000, Limits(10**6), 5)


def _value(words: Sequence[int]) -> int:
    """By the parser of Python and the functions of NumPy."""
    text = " ".join(VOCABULARY[word] for word in words)
    for name in FUNCTIONS:
        text = text.replace(f"[{name}", f"['{name}'")
    nested = ast.literal_eval(text.replace(" ", ","))

    def value(node: object) -> int:
        if isinstance(node, int):
            return node
        operator, *arguments = node
        return int(FUNCTIONS[operator]([value(each) for each in arguments]))

    return value(nested)


def _arguments(words: Sequence[int]) -> Iterator[tuple[int, list[bool]]]:
    """For each operation its depth, from 1, and which of its arguments are operations."""
    open_operations: list[list[bool]] = []
    for word in words:
        if VOCABULARY[word] == language.END:
            yield len(open_operations), open_operations.pop()
            continue
        nested = word >= language.CLASSES
        if open_operations:
            open_operations[-1].append(nested)
        if nested:
            open_operations.append([])


def test_values_are_those_of_another_evaluator(expressions: list[Expression]) -> None:
    assert all(each.value == _value(each.words) for each in expressions)
    assert {each.value for each in expressions} == set(range(10))


def test_expressions_differ_and_follow_from_the_seed(expressions: list[Expression]) -> None:
    assert len(set(expressions)) == 3000
    assert language.generate(3000, Limits(10**6), 5) == expressions
    known = frozenset(expressions[:50])
    others = language.generate(3000, Limits(10**6), 6, known)
    assert not known & set(others)
    assert expressions[:50] != others[:50]


def test_frequencies_are_the_published_ones(expressions: list[Expression]) -> None:
    """Of all below the root: that expressions differ leaves less of the small ones above.

    Five standard errors, a false alarm in a million seeds.
    """
    inner = [
        arguments
        for each in expressions
        for depth, arguments in _arguments(each.words)
        if 1 < depth < 19
    ]
    nested = np.concatenate(inner)
    assert abs(nested.mean() - 0.25) < 5 * np.sqrt(0.25 * 0.75 / nested.size)
    operators = Counter(word for each in expressions for word in each.words if 10 <= word < 14)
    for counts in (Counter(map(len, inner)), operators):
        assert len(counts) == 4
        total = sum(counts.values())
        assert all(abs(n / total - 0.25) < 5 * np.sqrt(0.1875 / total) for n in counts.values())


def test_limits_hold() -> None:
    shallow = language.generate(500, Limits(12, depth=3, arguments=3), 0)
    assert max(len(each.words) for each in shallow) == 12
    shapes = [shape for each in shallow for shape in _arguments(each.words)]
    assert max(depth for depth, _ in shapes) == 2  # the third level holds digits
    assert {len(arguments) for _, arguments in shapes} == {2, 3}


def test_batches_hold_each_expression_once(expressions: list[Expression]) -> None:
    short = [each for each in expressions if len(each.words) <= 40]
    shuffled = batches.shuffled(short, 16, np.random.default_rng(0))
    found = []
    for batch in shuffled:
        longest = batch.lengths.max()
        assert longest <= batch.words.shape[1] == batches.bucket(longest)
        for words, length, value, weight in zip(*batch, strict=True):
            assert not words[length:].any()
            assert weight or length == 1
            if weight:
                found.append(Expression(tuple(words[:length].tolist()), int(value)))
    assert found != short
    assert Counter(found) == Counter(short)
    other = batches.shuffled(short, 16, np.random.default_rng(1))
    assert not np.array_equal(shuffled[0].words, other[0].words)


def test_buckets_grow_by_a_third_or_a_half() -> None:
    assert [batches.bucket(n) for n in (1, 8, 9, 13, 17, 25, 33, 49, 1000)] == [
        *(8, 8, 12, 16, 24, 32, 48, 64, 1024)
    ]
