"""The mathematics of the family, written once over an array namespace ``xp``.

``namespace.py`` lists what the core asks of ``xp``. ``grid.py``, ``algebra.py``, ``draw.py``,
``hash.py`` and ``gumbel.py`` are the pieces; ``estimator.py`` is the record, ``residuals.py`` what
its product may depend on, and ``gradient.py`` what an adapter registers. Nothing here imports a
framework.
"""
