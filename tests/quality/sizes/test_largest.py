"""Promise: the number of elements has no limit but memory (``--memory``, in GiB).

In float16 a forward and a backward pass take, at their peak, 42 bytes an element in eager PyTorch
and 36 in jitted JAX; float32 takes 38 in PyTorch. Eager TensorFlow takes 46 to 49, and 62 where its
allocator, whose regions double, has just begun another one (2^28.5 elements on a CPU). More than
2^31 elements therefore want ``--memory 128``. Who has less takes some rows at a time.
"""

from __future__ import annotations

from tests.conformance.alike import AlikeRows

SIZE = 32
BYTES = 64


def test_as_many_elements_as_memory_holds(driver, way, dtype, pytestconfig):
    rows = int(pytestconfig.getoption("memory") * 2**30 / BYTES / SIZE)
    alike = AlikeRows(driver, rows, SIZE, dtype)
    alike.check(*alike.pullback(way))
