"""RAdam (Liu et al., ICLR 2020, arXiv:1908.03265, algorithm 2) for Keras, which has none."""

from __future__ import annotations

import tensorflow as tf

BETAS = (0.9, 0.999)
TRACTABLE = 5.0  # torch.optim.RAdam and optax.radam ask for more than 5, the paper for more than 4


class RAdam(tf.keras.optimizers.Optimizer):
    """Adam with a rectified step; a step of momentum while the variance is not tractable."""

    def __init__(self, learning_rate: float, epsilon: float) -> None:
        super().__init__(learning_rate)
        self.epsilon = epsilon

    def build(self, variables: list[tf.Variable]) -> None:
        super().build(variables)
        self._first = [self.add_variable_from_reference(each, "first") for each in variables]
        self._second = [self.add_variable_from_reference(each, "second") for each in variables]

    def update_step(
        self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """One variable."""
        index = self._get_variable_index(variable)
        first, second = self._first[index], self._second[index]
        # In float64: the length is the small difference of two numbers of the size of 2000.
        step = tf.cast(self.iterations, tf.float64) + 1.0
        powers = [tf.pow(tf.constant(beta, tf.float64), step) for beta in BETAS]
        longest = 2.0 / (1.0 - BETAS[1]) - 1.0
        length = longest - 2.0 * step * powers[1] / (1.0 - powers[1])
        squared = (length - 4.0) * (length - 2.0) * longest
        squared /= (longest - 4.0) * (longest - 2.0) * length
        rectification = tf.sqrt(tf.maximum(squared, 0.0))
        corrections = [tf.cast(1.0 - power, variable.dtype) for power in powers]
        self.assign(first, BETAS[0] * first + (1.0 - BETAS[0]) * gradient)
        self.assign(second, BETAS[1] * second + (1.0 - BETAS[1]) * gradient**2)
        momentum = first / corrections[0]
        deviation = tf.sqrt(second / corrections[1]) + self.epsilon
        adapted = tf.cast(rectification, variable.dtype) * momentum / deviation
        direction = tf.where(length > TRACTABLE, adapted, momentum)
        self.assign_sub(variable, learning_rate * direction)
