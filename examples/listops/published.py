"""Read files of the published format: a digit, a tab, the expression with parentheses, a line each.

``9<tab>( ( ( [MAX 2 ) 9 ) ] )``: the parentheses make the tree binary, branching to the left. They
are checked and dropped, for the model is to find the tree by itself.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .language import CLASSES, END, OPERATORS, WORDS, Expression


class DataError(ValueError):
    """A file that is not what was published; the message names file and line."""


class _Open(NamedTuple):
    """An operation whose closing bracket is still to come."""

    operator: str
    arguments: tuple[int, ...]


def read(path: Path) -> list[Expression]:
    """All expressions of a file, which may be gzipped (``.gz``).

    Raises
    ------
    DataError
        If the file is empty, ends early, or a line is not as above or states a wrong value.

    """
    expressions = [_line(path, number, line) for number, line in _lines(path)]
    if not expressions:
        raise DataError(f"{path}: the file is empty")
    return expressions


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="ascii") as file:
            for number, line in enumerate(file, 1):
                yield number, line.rstrip("\r\n")
    except EOFError:
        raise DataError(f"{path}, line {number + 1}: the gzip file ends early") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}, after line {number}: {error}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}, after line {number}: not a text file: {error}") from None


def _line(path: Path, number: int, line: str) -> Expression:
    try:
        label, tab, text = line.partition("\t")
        if not tab:
            raise DataError("no tab between the value and the expression")
        if label not in map(str, range(CLASSES)):
            raise DataError(f"the value is {label!r}, not a digit")
        expression = _parse(text.split())
        if expression.value != int(label):
            raise DataError(f"the value is {label}, but its expression has {expression.value}")
    except DataError as error:
        raise DataError(f"{path}, line {number}: {error}") from None
    return expression


def _parse(symbols: list[str]) -> Expression:
    """Reduce ``( left right )`` from the inside, as a stack machine does."""
    stack: list[str | int | _Open] = []
    for symbol in symbols:
        if symbol in OPERATORS:
            stack.append(_Open(symbol, ()))
        elif symbol in ("(", END):
            stack.append(symbol)
        elif symbol == ")":
            stack.append(_reduce(stack))
        elif symbol in WORDS:
            stack.append(int(symbol))
        else:
            raise DataError(f"unknown word {symbol!r}; there are ( ) {' '.join(WORDS)}")
    if len(stack) != 1 or not isinstance(stack[0], int):
        raise DataError("the expression is not closed: parentheses or brackets are missing")
    words = tuple(WORDS[symbol] for symbol in symbols if symbol in WORDS)
    return Expression(words, stack[0])


def _reduce(stack: list[str | int | _Open]) -> int | _Open:
    opening, left, right = [None, None, None, *stack][-3:]
    del stack[-3:]
    if opening == "(" and isinstance(left, _Open):
        if isinstance(right, int):
            return left._replace(arguments=(*left.arguments, right))
        if right == END and left.arguments:
            return OPERATORS[left.operator](left.arguments)
    raise DataError("a ) that does not close an operator and its argument or bracket")
