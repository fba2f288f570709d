"""A categorical VAE on digits: the second experiment of the ReinMax paper (arXiv:2304.08612).

``data.py`` is the images, ``model.py`` the model and the published settings, ``experiment.py`` a
run, ``quality.py`` compares the gradient with the exact one, ``pictures.py`` and ``__main__.py``
are the command.
"""
