"""The least-norm weight that is exact on quadratics.

Hooper and Shekhovtsov, AISTATS 2026; He and Wu (2026). With a cotangent g of the sample e_i, the
Laplacian G of the weights omega_jk = pi_j pi_k / (pi_j + pi_k), and

    a_j = pi_j g_j / (pi_i + pi_j) for j != i,    a_i = 0,    b = a - e_i sum(a),

the cotangent of the logits is

    (e_i - pi) g_i / 2 + J(pi) G^+ b / 2.

Among the weights that are exact in expectation on quadratics (sum_i pi_i W_i = J(pi), W_i e_i =
(e_i - pi) / 2, pi_i W_i e_j + pi_j W_j e_i = 0) it has the least norm; ReinMax at tau = 1 is the
symmetric one. For K = 2 they are equal.

W ignores constants (W 1 = 0), so let c = g - g_i: the first term vanishes, and with R = diag(pi_j
/ (pi_i + pi_j)) it is W g = J(pi) G^+ B^T R B g / 2. For the solve, write y = pi * x with G x = b.
Then M y = b for the matrix M = G diag(pi)^-1, which is

    M_jk = -pi_j / (pi_j + pi_k),    M_jj = sum_{k != j} pi_k / (pi_j + pi_k):

no entry underflows. Its columns sum to 0 and M pi = 0. Adding pi 1^T makes them sum to 1 and, since
b sums to 0, leaves those y that sum to 0, for which J(pi) x = y. So

    W g = y / 2,    (M + pi 1^T) y = B^T R B g.

The off-diagonal entries pi_j (1 - 1 / (pi_j + pi_k)) are not positive, so the matrix is diagonally
dominant by columns and its inverse is stochastic: its condition number in the 1-norm is below 2 K,
whatever pi is.
"""

from __future__ import annotations

from .._core.algebra import from_sample, to_sample
from .._core.estimator import Estimator
from .._core.logistic import sigmoid
from .._core.namespace import Array, Namespace
from .._core.residuals import Residuals, Tau, Variables

GREATEST_SIZE = 256


def _product(xp: Namespace, residuals: Residuals, vector: Array, tau: Tau) -> Array:
    """W v."""
    right = _sample_laplacian(xp, residuals, vector)
    solution = _solve(xp, residuals, right, transposed=False)
    return xp.where(residuals.soft == 0, xp.zeros_like(solution), 0.5 * solution)


def _transposed_product(xp: Namespace, residuals: Residuals, vector: Array, tau: Tau) -> Array:
    """W^T v, the same steps in reverse order.

    A^-T maps a constant to itself and B removes it, so subtracting the mean of v first changes
    nothing but rounding. It is for the transpose that JAX derives: there it removes from the
    solution the part of its error along pi, which B^T would put into the entry of the sample.
    """
    centred = 0.5 * from_sample(xp, vector, residuals.index)
    centred = centred - xp.sum(residuals.soft * centred, axis=-1, keepdims=True)
    centred = xp.where(residuals.soft == 0, xp.zeros_like(centred), centred)
    return _sample_laplacian(xp, residuals, _solve(xp, residuals, centred, transposed=True))


def _binary_weight(xp: Namespace, variables: Variables, tau: Tau) -> Array:
    """That of ReinMax at tau = 1."""
    return 0.5 * sigmoid(xp, -variables.for_value)


def _sample_laplacian(xp: Namespace, residuals: Residuals, vector: Array) -> Array:
    """B^T R B v: the Laplacian of the graph that joins the sample to each other category j, with
    the weights pi_j / (pi_I + pi_j).
    """
    pi, index = residuals.soft, residuals.index
    of_sample = xp.take_along_axis(pi, index, axis=-1)
    spread = _share(xp, pi, of_sample) * from_sample(xp, vector, index)
    return to_sample(xp, spread, index, residuals.categories)


def _share(xp: Namespace, one: Array, other: Array) -> Array:
    """One / (one + other), and 0 where both are 0."""
    total = one + other
    return one / xp.where(total == 0, xp.full_like(total, 1.0), total)


def _solve(xp: Namespace, residuals: Residuals, vector: Array, transposed: bool) -> Array:
    """A^-1 v, or A^-T v, for A = M + pi 1^T; the identity in a row without a distribution."""
    pi = residuals.soft
    left, right = pi[..., :, None], pi[..., None, :]
    diagonal = residuals.categories[:, None] == residuals.categories
    of_right = xp.where(diagonal, xp.zeros_like(left * right), _share(xp, right, left))
    sums = xp.sum(of_right, axis=-1, keepdims=True) + left
    one, other = (right, left) if transposed else (left, right)
    matrix = xp.where(diagonal, sums, _share(xp, one, other) * (left + right - 1.0))
    identity = xp.where(diagonal, xp.full_like(matrix, 1.0), xp.zeros_like(matrix))
    matrix = xp.where(left == left, matrix, identity)  # LAPACK may raise at NaN
    return xp.linalg.solve(matrix, vector[..., None])[..., 0]


minimum_variance = Estimator(
    name="minimum_variance",
    product=_product,
    binary_weight=_binary_weight,
    transposed_product=_transposed_product,
    least_tau=1.0,
    greatest_tau=1.0,
    greatest_size=GREATEST_SIZE,
    advice="it has no temperature, so leave tau out",
    summary=f"""The weight of least norm among those that are exact on quadratics.

    Like ReinMax at tau = 1 it is exact in expectation for losses quadratic in the sample, with a
    matrix of a smaller norm (an equal one for two categories), which is not symmetric. It solves a
    K x K system a row: the time grows with K^3 and the memory with K^2, so K is at most
    {GREATEST_SIZE}. Source: Hooper and Shekhovtsov, AISTATS 2026; He and Wu (2026).""",
)
