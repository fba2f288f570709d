"""Row kernels for a GPU: each pass over the rows is one launch.

``short.py`` holds the kernels for rows that a program takes whole, several at once if they are
short, and ``long.py`` those for rows that it takes in chunks. ``distribution.py`` and ``draw.py``
are what they share, ``arithmetic.py`` the numbers beneath. :mod:`reinmax_multi.torch._triton` calls
them, and is all that imports this folder. Everything runs in Triton's interpreter too.
"""
