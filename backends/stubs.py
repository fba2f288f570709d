"""Write the stub of a framework's package, which type checkers and editors read.

    python -m backends.stubs torch

writes ``__init__.pyi`` and ``bernoulli.pyi`` in ``reinmax_multi/torch`` from the signatures and
docstrings that the package has when it is imported. A conformance test holds each stub to this
text.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from reinmax_multi import estimators

IMPORTS = {
    "numpy": ("import numpy",),
    "torch": ("import torch",),
    "jax": ("import jax",),
    "tf": ("import tensorflow as tf",),
}
KERNEL = ("from reinmax_multi._kernels.choice import Kernel",)
DIAGNOSE = (
    "from reinmax_multi.diagnosis import Diagnosis",
    "from reinmax_multi.diagnosis._candidates import Estimators",
    "from reinmax_multi.diagnosis._run import Progress",
)


def path(package: ModuleType) -> Path:
    """Where the stub of a package, or of its module for binary variables, lies."""
    return Path(str(package.__file__)).with_suffix(".pyi")


def text(package: ModuleType) -> str:
    """The stub of a package, or of its module for binary variables."""
    name = package.__name__.split(".")[1]
    diagnoses = "diagnose" in package.__all__
    derivative = ["from ._derivative import Derivative as Derivative"] if name == "numpy" else []
    binary = ["from . import bernoulli as bernoulli"] if "bernoulli" in package.__all__ else []
    chooses = "kernel" in package.__all__
    abstract = [
        *(["Callable"] if chooses or diagnoses else []),
        "Sequence",
    ]
    head = [
        f'"""Written by ``python -m backends.stubs {name}``."""',
        "",
        f"from collections.abc import {', '.join(abstract)}",
        "from typing import Any, Protocol",
        "",
        *IMPORTS[name],
        "",
        "from reinmax_multi import Estimator, Sample",
        *(DIAGNOSE if diagnoses else ()),
        *(KERNEL if chooses else ()),
        *binary,
        *derivative,
        "",
        "__all__ = [",
        *(f'    "{each}",' for each in package.__all__),
        "]",
        "",
        _protocol(package.reinmax),
        "def bind(estimator: Estimator) -> BoundEstimator:",
        _documentation(package.bind),
        "",
    ]
    names = ("draw", "mode", "unimix", "kernel", "diagnose")
    others = [name for name in names if name in package.__all__]
    functions = [*estimators.__all__, *others]
    return "\n".join([*head, *(_function(each, getattr(package, each)) for each in functions)])


def _protocol(bound: Callable[..., Any]) -> str:
    """What ``bind`` returns: the signature of an estimator, and any hyper-parameters."""
    extra = inspect.Parameter("parameters", inspect.Parameter.VAR_KEYWORD, annotation="float")
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.signature(bound)
    whole = signature.replace(parameters=[own, *signature.parameters.values(), extra])
    return "\n".join(
        [
            "class BoundEstimator(Protocol):",
            '    """An estimator as a function of the framework, with its hyper-parameters."""',
            "",
            "    __name__: str",
            "",
            textwrap.indent(f"def __call__{_written(whole)}: ...", "    "),
            "",
        ]
    )


def _function(name: str, function: Callable[..., Any]) -> str:
    head = f"def {name}{_written(inspect.signature(function))}:"
    return "\n".join([head, _documentation(function), ""])


def _written(signature: inspect.Signature) -> str:
    """The signature in annotations without quotes, a line for each parameter."""
    parameters, keyword_only = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            parameters.append("*")
        parameters.append(_parameter(parameter))
    inside = "".join(f"    {each},\n" for each in parameters)
    return f"(\n{inside}) -> {signature.return_annotation}"


def _parameter(parameter: inspect.Parameter) -> str:
    stars = "**" if parameter.kind is inspect.Parameter.VAR_KEYWORD else ""
    annotation = "" if parameter.annotation is parameter.empty else f": {parameter.annotation}"
    default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
    return f"{stars}{parameter.name}{annotation}{default}"


def _documentation(function: Callable[..., Any]) -> str:
    """The docstring, in which Python 3.13 and later leave out the indentation of the source."""
    first, *rest = inspect.cleandoc(str(function.__doc__)).splitlines(keepends=True)
    text = first + textwrap.indent("".join(rest), "    ")
    end = "\n    " if rest else ""
    return f'    """{text}{end}"""'


def main() -> None:
    for name in sys.argv[1:]:
        package = importlib.import_module(f"reinmax_multi.{name}")
        for module in (package, package.bernoulli):
            path(module).write_text(text(module), encoding="utf-8")


if __name__ == "__main__":
    main()
