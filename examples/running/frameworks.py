"""The frameworks that an example runs in, and the environment of their processes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from typing import NamedTuple


class Framework(NamedTuple):
    """Its name, and the module that is there if it is installed."""

    title: str
    module: str


FRAMEWORKS = {
    "torch": Framework("PyTorch", "torch"),
    "jax": Framework("JAX", "jax"),
    "tf": Framework("TensorFlow", "tensorflow"),
}
ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    # Matrices this small gain little from a second thread, and OpenMP's barriers cost 80 ms a step
    # when another process wants it.
    "OMP_NUM_THREADS": "1",
}


def require(names: Iterable[str]) -> None:
    """Exit with the remedy if one of the frameworks is not installed."""
    for name in names:
        title, module = FRAMEWORKS[name]
        if importlib.util.find_spec(module) is None:
            raise SystemExit(
                f"{title} is not installed: python -m pip install 'reinmax-multi[{name}]', or name "
                "the frameworks that you have with --framework."
            )
