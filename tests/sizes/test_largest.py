"""Promise: the number of elements has no limit but memory (``--memory``, in GiB).

In float16 a forward and a backward pass take, at their peak, 42 bytes an element in eager PyTorch,
36 in jitted JAX and 49 in eager TensorFlow (2^28.3 elements on a CPU; float32 takes 38 in PyTorch).
More than 2^31 elements therefore want ``--memory 105``. Who has less takes some
rows at a time.
"""

from __future__ import annotations

from tests.conformance.alike import AlikeRows

SIZE = 32
BYTES = 52


def test_as_many_elements_as_memory_holds(driver, way, dtype, pytestconfig):
    rows = int(pytestconfig.getoption("memory") * 2**30 / BYTES / SIZE)
    alike = AlikeRows(driver, rows, SIZE, dtype)
    alike.check(*alike.pullback(way))
