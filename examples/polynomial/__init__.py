"""Polynomial programming: the first experiment of the ReinMax paper (arXiv:2304.08612, section 5).

``problem.py`` is the loss with its exact results, ``experiment.py`` a run, ``pictures.py`` the
curves, ``__main__.py`` the command.
"""
