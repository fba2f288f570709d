"""ReinMax and its family: gradients through categorical samples in PyTorch, JAX and TensorFlow.

Import the framework that you use: ``reinmax_multi.torch``, ``reinmax_multi.jax``,
``reinmax_multi.tf``, or ``reinmax_multi.numpy`` for values and explicit pullbacks. This package
alone imports none of them.
"""

from . import estimators
from ._core.estimator import Estimator, Parameter, Sample
from ._core.jacobians import Jacobians
from ._core.residuals import Residuals

__all__ = [
    "Estimator",
    "Jacobians",
    "Parameter",
    "Residuals",
    "Sample",
    "__version__",
    "estimators",
]
__version__ = "0.1.0"
