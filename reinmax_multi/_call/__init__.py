"""One way to prepare a call and to present a bound function, for all adapters.

``arguments.py`` checks, ``prepare.py`` holds the order of checks, axis, sample and noise, and
``face.py`` makes the signature and the docstring. An adapter contributes a
:class:`.prepare.Host` and a :class:`.face.Face`.
"""
