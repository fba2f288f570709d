"""ReinMax-CV: ReinMax with the difference of Gumbel-Rao and Gumbel-softmax as a correction.

Wang and Bui, "Beyond ReinMax: Low-Variance Gradient Estimators for Discrete Latent Variables",
arXiv:2603.08257. With R and S the Jacobians of Gumbel-Rao and of straight-through Gumbel-softmax,
both at the logits theta_D = log((pi + D) / 2),

    W = ReinMax at tau = 1  +  eta (R - S).

R averages over Gumbels given that argmax(theta_D + G) = D. S uses the Gumbels of the forward pass,
which obey argmax(theta + G) = D instead. Versions of the code differ in eta, in the temperatures
and in what the relaxed sample of S is; this is the formula that the paper intends.

**A correction that has mean zero given the sample cannot reduce the variance.** ReinMax is a
function r(D) of the sample, once the loss and the logits are given. Let E[c | D] = 0. Then E[r c] =
E[r(D) E[c | D]] = 0, so Var(r + c) = Var(r) + Var(c). If R and S had the same distribution given D,
the correction would only add noise. They do not: the mean of the correction given D is not 0, so it
can reduce the variance, and it changes the mean, so it is biased. Measured on a quadratic of four
categoricals with K = 8 (eta = 1, num_samples 10; bias and standard deviation of the gradient in
units of the exact gradient, benchmarks/results/estimators.json):

    ReinMax at tau = 1       0.00 and 5.0
    ReinMax-CV, tau = 1      0.30 and 6.2
    ReinMax-CV, tau = 0.5    0.57 and 7.6
"""

from __future__ import annotations

from .._core.algebra import from_sample, log_softmax
from .._core.estimator import Estimator, Parameter
from .._core.gumbel import mean_product, mean_weight
from .._core.logistic import log_sigmoid, sigmoid
from .._core.namespace import Array, Namespace
from .._core.residuals import Residuals, Tau, Variables
from .gumbel_rao import NUM_SAMPLES
from .reinmax import reinmax


def _product(
    xp: Namespace, residuals: Residuals, vector: Array, tau: Tau, *, eta: float, num_samples: int
) -> Array:
    plain = reinmax.product(xp, residuals, vector, 1.0)
    if eta == 0:
        return plain
    weighted = eta * from_sample(xp, vector, residuals.index)
    rao = mean_product(xp, residuals, weighted, tau, num_samples, first=1, share=0.5)
    return plain + (rao - _forward_noise(xp, residuals, weighted, tau))


def _forward_noise(xp: Namespace, residuals: Residuals, centred: Array, tau: Tau) -> Array:
    """S c: theta + G given the sample, moved to theta_D + G, which lifts the sample by log((1 +
    pi_I) / pi_I) over the others.
    """
    log_pi = xp.take_along_axis(log_softmax(xp, residuals.logits), residuals.index, axis=-1)
    return mean_product(xp, residuals, centred, tau, 1, log_offset=_lift(xp, log_pi))


def _lift(xp: Namespace, log_pi: Array) -> Array:
    """Log (pi_I / (1 + pi_I))."""
    return log_pi - xp.log(xp.exp(log_pi) + 1.0)


def _binary_weight(
    xp: Namespace, variables: Variables, tau: Tau, *, eta: float, num_samples: int
) -> Array:
    x = variables.for_value
    plain = 0.5 * sigmoid(xp, -x)
    if eta == 0:
        return plain
    rao = mean_weight(xp, variables, tau, num_samples, first=1, share=0.5)
    log_offset = _lift(xp, log_sigmoid(xp, x))
    return plain + eta * (rao - mean_weight(xp, variables, tau, 1, log_offset=log_offset))


reinmax_cv = Estimator(
    name="reinmax_cv",
    product=_product,
    binary_weight=_binary_weight,
    parameters=(
        Parameter("eta", 1.0, "Weight of the correction; at 0 it is ReinMax at tau = 1."),
        NUM_SAMPLES,
    ),
    backward_noise=True,
    advice="temperatures from 0.1 to 1 are usual; tau is that of the correction alone",
    summary="""ReinMax-CV: ReinMax with a random correction, biased.

    The stand-in for the derivative of the sample D is that of ReinMax at tau = 1 plus ``eta`` times
    the difference of two means of J(q) / tau, q = softmax((theta_D + G) / tau), theta_D = log((pi +
    D) / 2): over ``num_samples`` Gumbels given that argmax(theta_D + G) is D, less over the Gumbels
    of the forward pass. A correction of mean zero given D could only add variance, since ReinMax is
    a function of D; the mean of this one is not zero, so it is biased, unless eta = 0. On a
    quadratic of four latents with K = 8, its relative bias was 0.30 and its relative standard
    deviation 6.2 at tau = 1, those of ReinMax 0.00 and 5.0. Source: Wang and Bui (2026),
    arXiv:2603.08257.""",
)
