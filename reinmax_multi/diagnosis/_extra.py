"""Libraries that only the table, the picture, the command and one of its losses need."""

from __future__ import annotations

import importlib
from typing import Any

INSTALL = {"sklearn": "scikit-learn"}
EXTRA = "'reinmax-multi[diagnose]'"


def need(module: str) -> Any:
    """The module; raises an error that says how to install its library if that is missing."""
    library = module.partition(".")[0]
    try:
        importlib.import_module(library)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise
        remedy = f"python -m pip install {INSTALL.get(library, EXTRA)}"
        raise ModuleNotFoundError(f"{library} is not installed: {remedy}", name=library) from error
    return importlib.import_module(module)
