"""JAX: each estimator of the family as its paper formulates it, by ``stop_gradient``."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax.lax import stop_gradient
from jax.nn import log_softmax, one_hot, softmax

from benchmarks.common.contract import Function
from benchmarks.family.cases import JACOBIANS, PSEUDO_INVERSE, SURROGATE


def draw(logits: jax.Array, key: jax.Array) -> jax.Array:
    """One-hot samples."""
    index = jax.random.categorical(key, stop_gradient(logits))
    return one_hot(index, logits.shape[-1], dtype=logits.dtype)


def replace(hard: jax.Array, surrogate: jax.Array) -> jax.Array:
    """The values of ``hard`` with the gradient of ``surrogate``."""
    return hard + (surrogate - stop_gradient(surrogate))


def multiply(logits: jax.Array, weights: jax.Array) -> jax.Array:
    """A surrogate whose derivative is that of the rows' matrices: W g for a cotangent g."""
    return jnp.einsum("nj,nji->ni", logits, stop_gradient(weights))


def diagonal(vector: jax.Array) -> jax.Array:
    return vector[..., :, None] * jnp.eye(vector.shape[-1], dtype=vector.dtype)


def jacobian(q: jax.Array) -> jax.Array:
    """J(q) = diag(q) - q q^T."""
    return diagonal(q) - q[..., :, None] * q[..., None, :]


def given(theta: jax.Array, hard: jax.Array, key: jax.Array, num_samples: int) -> jax.Array:
    """(num_samples, N, K) theta + G, with Gumbels G given that the sample is the argmax."""
    noise = jax.random.exponential(key, (num_samples, *theta.shape), theta.dtype)
    winner = (noise * hard).sum(-1, keepdims=True)
    total = jnp.exp(theta).sum(-1, keepdims=True)
    others = -jnp.log(noise / jnp.exp(theta) + winner / total)
    return hard * (jnp.log(total) - jnp.log(winner)) + (1.0 - hard) * others


def at_fixed(logits: jax.Array, value: jax.Array) -> jax.Array:
    """``value`` as logits plus a constant."""
    return logits + stop_gradient(value - logits)


def halfway(logits: jax.Array, hard: jax.Array) -> jax.Array:
    """theta_D = log((pi + D) / 2)."""
    return jnp.log(0.5 * (softmax(stop_gradient(logits)) + hard))


def straight_through(tau: float, forward_tau: float = 1.0) -> dict[str, Function]:
    def surrogate(logits: jax.Array, key: jax.Array) -> jax.Array:
        return replace(draw(logits / forward_tau, key), softmax(logits / tau))

    return {SURROGATE: surrogate}


decoupled_straight_through = straight_through


def reinmax(tau: float) -> dict[str, Function]:
    """Algorithm 2 of Liu et al. (2023)."""

    def surrogate(logits: jax.Array, key: jax.Array) -> jax.Array:
        hard = draw(logits, key)
        middle = jnp.log(0.5 * (softmax(logits / tau) + hard))
        return replace(hard, 2.0 * softmax(at_fixed(logits, middle)) - 0.5 * softmax(logits))

    return {SURROGATE: surrogate}


def zgr(tau: float) -> dict[str, Function]:
    """Shekhovtsov (2023): half of softmax, half of (D - pi) log pi_D."""

    def surrogate(logits: jax.Array, key: jax.Array) -> jax.Array:
        soft, hard = softmax(logits), draw(logits, key)
        score = (hard * log_softmax(logits)).sum(-1, keepdims=True)
        return replace(hard, 0.5 * (soft + stop_gradient(hard - soft) * score))

    return {SURROGATE: surrogate}


def gumbel_max(logits: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
    """One-hot samples, and the Gumbels of which they are the argmax."""
    gumbels = jax.random.gumbel(key, logits.shape, logits.dtype)
    index = jnp.argmax(stop_gradient(logits) + gumbels, -1)
    return one_hot(index, logits.shape[-1], dtype=logits.dtype), gumbels


def gumbel_softmax(tau: float) -> dict[str, Function]:
    def surrogate(logits: jax.Array, key: jax.Array) -> jax.Array:
        hard, gumbels = gumbel_max(logits, key)
        return replace(hard, softmax((logits + gumbels) / tau))

    return {SURROGATE: surrogate}


def gumbel_rao(tau: float, num_samples: int) -> dict[str, Function]:
    def surrogate(logits: jax.Array, key: jax.Array) -> jax.Array:
        first, second = jax.random.split(key)
        hard = draw(logits, first)
        relaxed = at_fixed(logits, given(stop_gradient(logits), hard, second, num_samples))
        return replace(hard, softmax(relaxed / tau).mean(0))

    return {SURROGATE: surrogate}


def gapped_straight_through(tau: float, gap: float) -> dict[str, Function]:
    def surrogate(logits: jax.Array, key: jax.Array) -> jax.Array:
        hard = draw(logits, key)
        largest = logits.max(-1, keepdims=True)
        lift = hard * (largest - (hard * logits).sum(-1, keepdims=True))
        push = (1.0 - hard) * jnp.maximum(logits + gap - largest, 0.0)
        return replace(hard, softmax((logits + stop_gradient(lift - push)) / tau))

    return {SURROGATE: surrogate}


def reinmax_rao(tau: float, num_samples: int) -> dict[str, Function]:
    def relax(logits: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
        first, second = jax.random.split(key)
        hard = draw(logits, first)
        return hard, given(halfway(logits, hard), hard, second, num_samples)

    def surrogate(logits: jax.Array, key: jax.Array) -> jax.Array:
        hard, relaxed = relax(logits, key)
        rao = softmax(at_fixed(logits, relaxed) / tau).mean(0)
        return replace(hard, 2.0 * rao - 0.5 * softmax(logits))

    def jacobians(logits: jax.Array, key: jax.Array) -> jax.Array:
        hard, relaxed = relax(logits, key)
        rao = jacobian(softmax(relaxed / tau)).mean(0) / tau
        return replace(hard, multiply(logits, 2.0 * rao - 0.5 * jacobian(softmax(logits))))

    return {SURROGATE: surrogate, JACOBIANS: jacobians}


def reinmax_cv(tau: float, eta: float, num_samples: int) -> dict[str, Function]:
    """The sample is the argmax of logits + G, and the same G perturb theta_D."""

    def surrogate(logits: jax.Array, key: jax.Array) -> jax.Array:
        first, second = jax.random.split(key)
        hard, gumbels = gumbel_max(logits, first)
        theta = halfway(logits, hard)
        plain = 2.0 * softmax(at_fixed(logits, theta)) - 0.5 * softmax(logits)
        relaxed = at_fixed(logits, given(theta, hard, second, num_samples))
        single = softmax(at_fixed(logits, theta + gumbels) / tau)
        return replace(hard, plain + eta * (softmax(relaxed / tau).mean(0) - single))

    def jacobians(logits: jax.Array, key: jax.Array) -> jax.Array:
        first, second = jax.random.split(key)
        hard, gumbels = gumbel_max(logits, first)
        theta = halfway(logits, hard)
        plain = 2.0 * jacobian(softmax(theta)) - 0.5 * jacobian(softmax(logits))
        rao = jacobian(softmax(given(theta, hard, second, num_samples) / tau)).mean(0)
        single = jacobian(softmax((theta + gumbels) / tau))
        return replace(hard, multiply(logits, plain + (eta / tau) * (rao - single)))

    return {SURROGATE: surrogate, JACOBIANS: jacobians}


def minimum_variance(tau: float) -> dict[str, Function]:
    """(D - pi) D^T / 2 + J(pi) G^+ A / 2, with A g = a - D sum(a)."""

    def pseudo_inverse(logits: jax.Array, key: jax.Array) -> jax.Array:
        soft, hard = softmax(stop_gradient(logits)), draw(logits, key)
        left, right = soft[:, :, None], soft[:, None, :]
        edges = left * right / (left + right)
        laplacian = diagonal(edges.sum(-1)) - edges
        share = (1.0 - hard) * soft / ((hard * soft).sum(-1, keepdims=True) + soft)
        charges = diagonal(share) - hard[:, :, None] * share[:, None, :]
        flow = jacobian(soft) @ jnp.linalg.pinv(laplacian, hermitian=True) @ charges
        weights = 0.5 * ((hard - soft)[:, :, None] * hard[:, None, :] + flow)
        return replace(hard, multiply(logits, weights))

    return {PSEUDO_INVERSE: pseudo_inverse}
