"""Values that stand for an array: the variables of Keras, whatever its back end."""

from __future__ import annotations

import sys
from typing import Any


def unwrapped(argument: str, value: Any) -> Any:
    """The array that a Keras variable holds; anything else as it is.

    Raises TypeError for a symbolic tensor of Keras, which holds none.
    """
    keras = sys.modules.get("keras")
    if keras is None:
        return value
    if isinstance(value, keras.KerasTensor):
        raise TypeError(
            f"{argument} must be an array, got a KerasTensor, which holds no numbers: call the "
            "function in the call method of a keras.layers.Layer"
        )
    return value.value if isinstance(value, keras.Variable) else value
