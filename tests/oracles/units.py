"""The units in which errors are measured: rounding of a dtype, and what it cannot hold."""

from __future__ import annotations

EPSILON = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float32": 2.0**-23, "float64": 2.0**-52}
SMALLEST = {
    "float16": 2.0**-24,  # a subnormal: XLA and CUDA flush only those of the wider dtypes
    "bfloat16": 2.0**-126,
    "float32": 2.0**-126,
    "float64": 2.0**-1022,
}
