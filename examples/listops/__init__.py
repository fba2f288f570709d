"""Parse ListOps without having seen a tree (arXiv:1804.06028), the same in PyTorch and JAX.

``language.py`` is the language, ``published.py`` its files, ``data.py`` what is trained on,
``batches.py`` its batches; ``tree.py`` is the parser, ``model.py`` what the models share,
``model_torch.py`` and ``model_jax.py`` their loops and optimisers; ``experiment.py`` is a run,
``baselines.py`` what is reached without a tree, ``pictures.py`` the curves, ``__main__.py`` the
command.
"""
