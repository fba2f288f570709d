"""Row kernels for a CPU: both passes as one loop over the rows, compiled by Numba if it is there.

``choice.py`` reads the environment variable, ``coefficients.py`` turns the matrix W of a record
into numbers, ``numba.py`` is what the adapters call, by addresses of memory, and ``threads.py``
divides the rows of a long batch. The loops are ``short.py``, for rows that are drawn in one stage,
and ``long.py``; ``floats.py`` and ``memory.py`` are what they share. Those four import Numba, and
are imported when a kernel is wanted.
"""
