"""How far each estimator's gradient is from the exact one, for a loss of the user.

``reinmax_multi.<framework>.diagnose`` is bound in ``_diagnose.py`` to the framework's evaluator of
losses and gradients. ``_joint.py`` enumerates and draws joint configurations, ``_moments.py``
estimates bias and variance without bias, ``_run.py`` puts both together, ``_result.py`` is what
``diagnose`` returns; ``problems.py`` and ``command.py`` are ``python -m reinmax_multi compare``.
Only NumPy is needed; rich, matplotlib and typer are imported where they are used.
"""

from ._record import Record
from ._reference import ZeroGradientError
from ._result import Diagnosis

__all__ = ["Diagnosis", "Record", "ZeroGradientError"]
