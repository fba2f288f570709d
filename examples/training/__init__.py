"""A loss that is written once, trained in each framework.

``trainer.py`` says what a loss may use and what is asked of a trainer; ``on_torch.py``,
``on_jax.py`` and ``on_tf.py`` are the three.
"""
