"""Functions that run by a kernel that is demanded, as the environment variable demands it."""

from __future__ import annotations

from typing import Any

from reinmax_multi._kernels import choice

from .contract import Function


def demanded(name: str, function: Function) -> Function:
    """The function, for whose calls the kernel must serve or raise."""

    def run(*arguments: Any, **options: Any) -> Any:
        before, choice.DEMANDED = choice.DEMANDED, name
        try:
            return function(*arguments, **options)
        finally:
            choice.DEMANDED = before

    return run
