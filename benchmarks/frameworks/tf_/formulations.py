"""TensorFlow: each estimator of the family as its paper formulates it, by ``stop_gradient``."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import one_hot, stop_gradient
from tensorflow.nn import log_softmax, softmax

from benchmarks.common.contract import Function
from benchmarks.family.cases import JACOBIANS, PSEUDO_INVERSE, SURROGATE


def draw(logits: tf.Tensor) -> tf.Tensor:
    """One-hot samples."""
    index = tf.random.categorical(stop_gradient(logits), 1)[:, 0]
    return one_hot(index, logits.shape[-1], dtype=logits.dtype)


def exponential(shape: tuple[int, ...], dtype: tf.DType) -> tf.Tensor:
    """Standard exponential noise; without an exact 0, whose Gumbel would be infinite."""
    return -tf.math.log(tf.random.uniform(shape, 1e-30, 1.0 - 2.0**-24, dtype))


def replace(hard: tf.Tensor, surrogate: tf.Tensor) -> tf.Tensor:
    """The values of ``hard`` with the gradient of ``surrogate``."""
    return hard + (surrogate - stop_gradient(surrogate))


def multiply(logits: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """A surrogate whose derivative is that of the rows' matrices: W g for a cotangent g."""
    return tf.linalg.matvec(stop_gradient(weights), logits, transpose_a=True)


def jacobian(q: tf.Tensor) -> tf.Tensor:
    """J(q) = diag(q) - q q^T."""
    return tf.linalg.diag(q) - q[..., :, None] * q[..., None, :]


def given(theta: tf.Tensor, hard: tf.Tensor, num_samples: int) -> tf.Tensor:
    """(num_samples, N, K) theta + G, with Gumbels G given that the sample is the argmax."""
    noise = exponential((num_samples, *theta.shape), theta.dtype)
    winner = tf.reduce_sum(noise * hard, -1, keepdims=True)
    total = tf.reduce_sum(tf.exp(theta), -1, keepdims=True)
    others = -tf.math.log(noise / tf.exp(theta) + winner / total)
    return hard * (tf.math.log(total) - tf.math.log(winner)) + (1.0 - hard) * others


def at_fixed(logits: tf.Tensor, value: tf.Tensor) -> tf.Tensor:
    """``value`` as logits plus a constant."""
    return logits + stop_gradient(value - logits)


def halfway(logits: tf.Tensor, hard: tf.Tensor) -> tf.Tensor:
    """theta_D = log((pi + D) / 2)."""
    return tf.math.log(0.5 * (softmax(stop_gradient(logits)) + hard))


def straight_through(tau: float, forward_tau: float = 1.0) -> dict[str, Function]:
    def surrogate(logits: tf.Tensor) -> tf.Tensor:
        return replace(draw(logits / forward_tau), softmax(logits / tau))

    return {SURROGATE: surrogate}


decoupled_straight_through = straight_through


def reinmax(tau: float) -> dict[str, Function]:
    """Algorithm 2 of Liu et al. (2023)."""

    def surrogate(logits: tf.Tensor) -> tf.Tensor:
        hard = draw(logits)
        middle = tf.math.log(0.5 * (softmax(logits / tau) + hard))
        return replace(hard, 2.0 * softmax(at_fixed(logits, middle)) - 0.5 * softmax(logits))

    return {SURROGATE: surrogate}


def zgr(tau: float) -> dict[str, Function]:
    """Shekhovtsov (2023): half of softmax, half of (D - pi) log pi_D."""

    def surrogate(logits: tf.Tensor) -> tf.Tensor:
        soft, hard = softmax(logits), draw(logits)
        score = tf.reduce_sum(hard * log_softmax(logits), -1, keepdims=True)
        return replace(hard, 0.5 * (soft + stop_gradient(hard - soft) * score))

    return {SURROGATE: surrogate}


def gumbel_max(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """One-hot samples, and the Gumbels of which they are the argmax."""
    gumbels = -tf.math.log(exponential(logits.shape, logits.dtype))
    index = tf.argmax(stop_gradient(logits) + gumbels, -1)
    return one_hot(index, logits.shape[-1], dtype=logits.dtype), gumbels


def gumbel_softmax(tau: float) -> dict[str, Function]:
    def surrogate(logits: tf.Tensor) -> tf.Tensor:
        hard, gumbels = gumbel_max(logits)
        return replace(hard, softmax((logits + gumbels) / tau))

    return {SURROGATE: surrogate}


def gumbel_rao(tau: float, num_samples: int) -> dict[str, Function]:
    def surrogate(logits: tf.Tensor) -> tf.Tensor:
        hard = draw(logits)
        relaxed = at_fixed(logits, given(stop_gradient(logits), hard, num_samples))
        return replace(hard, tf.reduce_mean(softmax(relaxed / tau), 0))

    return {SURROGATE: surrogate}


def gapped_straight_through(tau: float, gap: float) -> dict[str, Function]:
    def surrogate(logits: tf.Tensor) -> tf.Tensor:
        hard = draw(logits)
        largest = tf.reduce_max(logits, -1, keepdims=True)
        lift = hard * (largest - tf.reduce_sum(hard * logits, -1, keepdims=True))
        push = (1.0 - hard) * tf.maximum(logits + gap - largest, 0.0)
        return replace(hard, softmax((logits + stop_gradient(lift - push)) / tau))

    return {SURROGATE: surrogate}


def reinmax_rao(tau: float, num_samples: int) -> dict[str, Function]:
    def relax(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        hard = draw(logits)
        return hard, given(halfway(logits, hard), hard, num_samples)

    def surrogate(logits: tf.Tensor) -> tf.Tensor:
        hard, relaxed = relax(logits)
        rao = tf.reduce_mean(softmax(at_fixed(logits, relaxed) / tau), 0)
        return replace(hard, 2.0 * rao - 0.5 * softmax(logits))

    def jacobians(logits: tf.Tensor) -> tf.Tensor:
        hard, relaxed = relax(logits)
        rao = tf.reduce_mean(jacobian(softmax(relaxed / tau)), 0) / tau
        return replace(hard, multiply(logits, 2.0 * rao - 0.5 * jacobian(softmax(logits))))

    return {SURROGATE: surrogate, JACOBIANS: jacobians}


def reinmax_cv(tau: float, eta: float, num_samples: int) -> dict[str, Function]:
    """The sample is the argmax of logits + G, and the same G perturb theta_D."""

    def surrogate(logits: tf.Tensor) -> tf.Tensor:
        hard, gumbels = gumbel_max(logits)
        theta = halfway(logits, hard)
        plain = 2.0 * softmax(at_fixed(logits, theta)) - 0.5 * softmax(logits)
        relaxed = at_fixed(logits, given(theta, hard, num_samples))
        single = softmax(at_fixed(logits, theta + gumbels) / tau)
        return replace(hard, plain + eta * (tf.reduce_mean(softmax(relaxed / tau), 0) - single))

    def jacobians(logits: tf.Tensor) -> tf.Tensor:
        hard, gumbels = gumbel_max(logits)
        theta = halfway(logits, hard)
        plain = 2.0 * jacobian(softmax(theta)) - 0.5 * jacobian(softmax(logits))
        relaxed = given(theta, hard, num_samples)
        rao = tf.reduce_mean(jacobian(softmax(relaxed / tau)), 0)
        single = jacobian(softmax((theta + gumbels) / tau))
        return replace(hard, multiply(logits, plain + (eta / tau) * (rao - single)))

    return {SURROGATE: surrogate, JACOBIANS: jacobians}


def minimum_variance(tau: float) -> dict[str, Function]:
    """(D - pi) D^T / 2 + J(pi) G^+ A / 2, with A g = a - D sum(a)."""

    def pseudo_inverse(logits: tf.Tensor) -> tf.Tensor:
        soft, hard = softmax(stop_gradient(logits)), draw(logits)
        left, right = soft[:, :, None], soft[:, None, :]
        edges = left * right / (left + right)
        laplacian = tf.linalg.diag(tf.reduce_sum(edges, -1)) - edges
        share = (1.0 - hard) * soft / (tf.reduce_sum(hard * soft, -1, keepdims=True) + soft)
        charges = tf.linalg.diag(share) - hard[:, :, None] * share[:, None, :]
        flow = jacobian(soft) @ tf.linalg.pinv(laplacian) @ charges
        weights = 0.5 * ((hard - soft)[:, :, None] * hard[:, None, :] + flow)
        return replace(hard, multiply(logits, weights))

    return {PSEUDO_INVERSE: pseudo_inverse}
