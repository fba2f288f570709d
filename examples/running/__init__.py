"""What the examples share: options, processes, records, checkpoints, tables and pictures.

An example is a package with a module ``experiment``, whose ``learner(run)`` makes the
:class:`.loop.Learner` of a :class:`.run.Run`, and a ``__main__`` that passes a list of runs to
:func:`.command.train`. ``worker.py`` is the process of one framework, ``loop.py`` trains one run in
it, ``checkpoint.py`` saves what must survive a kill, ``report.py`` prints and draws.
"""
