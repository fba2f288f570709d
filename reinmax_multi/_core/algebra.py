"""The linear algebra of categorical gradients, over the array API standard.

Categories lie along the last axis. ``xp`` is the namespace of the arrays, pi = softmax(theta), and
J(q) = diag(q) - q q^T is the Jacobian of softmax where softmax equals q.

All matrices W of the family ignore constants (W 1 = 0). So a vector may be taken relative to the
sampled category first, B v = v - v_I, and B^T makes each row of a result sum to 0.
"""

from __future__ import annotations

from typing import Any

from .namespace import Array, Namespace, native


def working_dtype(xp: Namespace, dtype: Any) -> Any:
    """The dtype to compute in: float16 and bfloat16 are widened to float32."""
    return dtype if dtype in (xp.float32, xp.float64) else xp.float32


def widen(xp: Namespace, array: Array) -> Array:
    """The array in the dtype to compute in."""
    return xp.astype(array, working_dtype(xp, array.dtype), copy=False)


def softmax(xp: Namespace, logits: Array, tau: Any = None) -> Array:
    """softmax(theta / tau); NaN throughout a row that holds NaN or +inf, or is -inf throughout."""
    weights = unnormalised(xp, logits, tau)
    return weights / xp.sum(weights, axis=-1, keepdims=True)


def unnormalised(xp: Namespace, logits: Array, tau: Any = None) -> Array:
    """exp((theta - shift) / tau), which softmax divides by its sum.

    The customary shift is max theta. The rounding of theta - max theta is then a relative error of
    |theta - max theta| / 2 epsilons in the probability: 27 of them where it is 1e-24. Without a
    temperature the shift is 0 wherever 0 <= max theta <= 64, or 640 in float64, which rounds
    nothing, and elsewhere a whole number, which keeps most differences exact; the sum stays far
    from overflow. With one, the quotient is rounded in any case, least where it is smallest, and is
    taken last: large logits that differ by little keep their digits.
    """
    peak = xp.max(logits, axis=-1, keepdims=True)
    if tau is None:
        # Literals on purpose: with dynamic shapes Dynamo turns module constants into graph inputs.
        safe = 640.0 if logits.dtype == xp.float64 else 64.0
        return xp.exp(logits - xp.round(peak - xp.clip(peak, 0.0, safe)))
    return xp.exp((logits - peak) / tau)  # in place, tau could not be mapped over by itself


def log_softmax(xp: Namespace, logits: Array) -> Array:
    """Log softmax(theta), finite where softmax underflows; -inf for a masked category."""
    below = logits - xp.max(logits, axis=-1, keepdims=True)
    return below - xp.log(xp.sum(xp.exp(below), axis=-1, keepdims=True))


def softmax_product(xp: Namespace, q: Array, vector: Array) -> Array:
    """J(q) v = q * (v - <q, v>)."""
    result = vector - xp.sum(q * vector, axis=-1, keepdims=True)
    result *= q
    return result


def centred_softmax_product(
    xp: Namespace, q: Array, centred: Array, index: Array, categories: Array
) -> Array:
    """J(q) v from c = B v: J ignores the constant that B removes.

    Where one mode of differentiation is the other one transposed, the product is the symmetric
    B^T J(q) B. Transposed, J(q) B would multiply by q before the constant is removed, and lose the
    digits that B is there to keep. The mean is then subtracted twice, or its rounding would stay in
    the sum that B^T removes.
    """
    if not native(xp).transposes:
        return softmax_product(xp, q, centred)
    for _ in range(2):
        centred = centred - xp.sum(q * centred, axis=-1, keepdims=True)
    return to_sample(xp, q * centred, index, categories)


def from_sample(xp: Namespace, vector: Array, index: Array) -> Array:
    """B v = v - v_I, each entry relative to that of the sampled category.

    Every matrix of the family ignores constants (W 1 = 0), so W v = W B v. The right-hand side
    keeps its digits where one probability is near 1: the entry of the sampled category is an exact
    0 and the rest are multiplied by small probabilities, while v_I - <pi, v> would cancel.
    """
    return vector - xp.take_along_axis(vector, index, axis=-1)


def to_sample(
    xp: Namespace, vector: Array, index: Array, categories: Array, total: Array | None = None
) -> Array:
    """B^T v = v - D sum(v), the adjoint of :func:`from_sample`: each row then sums to 0.

    The sum may be given where it is known. Where one mode of differentiation is the other one
    transposed, it is computed all the same, or the transposed program would not start with B.
    """
    steps = native(xp)
    if total is None or steps.transposes:
        total = xp.sum(vector, axis=-1, keepdims=True)
    return steps.add_at(xp, vector, index, categories, -total)


def zero_or_nan(x: Array) -> Array:
    """0 where ``x`` is a number and NaN where it is not, as in a row without a distribution."""
    return x - x
