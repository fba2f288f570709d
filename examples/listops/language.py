"""The language of ListOps (Nangia & Bowman 2018, arXiv:1804.06028): nested operations on digits.

``[MAX 2 9 [MIN 4 7 ] 0 ]`` is 9: an operator, two to five arguments, a closing bracket. A word is a
number here, its place in ``VOCABULARY``, so that a digit is its own number.
"""

from __future__ import annotations

import random
from collections.abc import Sequence, Set
from typing import NamedTuple

CLASSES = 10
END = "]"


def _median(arguments: Sequence[int]) -> int:
    """The mean of the two middle ones, rounded down, when their number is even."""
    ordered = sorted(arguments)
    half = len(ordered) // 2
    return (ordered[half] + ordered[-half - 1]) // 2


def _sum_modulo_ten(arguments: Sequence[int]) -> int:
    return sum(arguments) % CLASSES


OPERATORS = {"[MIN": min, "[MAX": max, "[MED": _median, "[SM": _sum_modulo_ten}
VOCABULARY = (*(str(digit) for digit in range(CLASSES)), *OPERATORS, END)
WORDS = {word: number for number, word in enumerate(VOCABULARY)}


class Expression(NamedTuple):
    """A row of words, as their numbers, and the digit that it evaluates to."""

    words: tuple[int, ...]
    value: int


class Limits(NamedTuple):
    """The shape of the trees; the published one but for ``length``, which was not limited."""

    length: int
    depth: int = 20
    arguments: int = 5
    operator_probability: float = 0.25


def generate(
    count: int, limits: Limits, seed: int, known: Set[Expression] = frozenset()
) -> list[Expression]:
    """As many expressions, all different and none of them known, as the published set was made.

    An argument is an operation with ``operator_probability``, and a digit on the last level; the
    number of arguments, operators and digits are uniform. Expressions longer than the limit are
    drawn again. The published set was all different too, and also holds the ten digits.
    """
    generator = random.Random(seed)
    expressions: dict[Expression, None] = {}  # a set that keeps its order
    while len(expressions) < count:
        expression = _operation(generator, limits, 1)
        if len(expression.words) <= limits.length and expression not in known:
            expressions[expression] = None
    return list(expressions)


def _operation(generator: random.Random, limits: Limits, depth: int) -> Expression:
    operator = generator.choice(list(OPERATORS))
    count = generator.randint(2, limits.arguments)
    arguments = [_argument(generator, limits, depth + 1) for _ in range(count)]
    inner = (word for argument in arguments for word in argument.words)
    value = OPERATORS[operator]([argument.value for argument in arguments])
    return Expression((WORDS[operator], *inner, WORDS[END]), value)


def _argument(generator: random.Random, limits: Limits, depth: int) -> Expression:
    if depth < limits.depth and generator.random() < limits.operator_probability:
        return _operation(generator, limits, depth)
    digit = generator.randrange(CLASSES)
    return Expression((digit,), digit)
