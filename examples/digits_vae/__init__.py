"""A categorical VAE on handwritten digits, the same in PyTorch, JAX and TensorFlow.

``digits.py`` is the data, ``model.py`` what the models share, ``model_torch.py``, ``model_jax.py``
and ``model_tf.py`` the models, ``experiment.py`` the training and its record, ``worker.py`` the
process of one framework, ``report.py`` the table and the picture, ``options.py`` and
``__main__.py`` the command.
"""
