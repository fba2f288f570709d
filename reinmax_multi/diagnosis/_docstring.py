"""The docstring of ``diagnose``, the same in each framework but for its types and its example."""

from __future__ import annotations

_TEXT = """Measure the estimators on a loss of your own: bias, variance, cosine and time.

    The reference is the gradient of E loss(x) by the logits, where x holds one one-hot sample for
    each row, all rows together being one configuration. Where there are few configurations it is
    exact, by enumeration; else it is leave-one-out REINFORCE, unbiased, with its standard error.
    So are the estimators: the expectations of one that is determined by the sample are exact, those
    of one that draws noise beyond it come with standard errors. What is called bias never contains
    the variance of the samples (``reinmax_multi/diagnosis/_moments.py`` tells how).

    Parameters
    ----------
    loss : function of {samples}, (B, *logits.shape), to {losses}, (B,)
        The loss of each of B samples, each a configuration by itself: no sample may influence the
        loss of another, so batch normalisation and dropout must be in inference mode. {traced}
    logits : {logits}, (..., K)
        Categories last. Any leading axes, in a floating dtype that the estimators take; -inf masks
        a category.
    estimators : sequence of functions, or mapping of names to functions, optional
        Of this package, bound by ``bind``, or ``functools.partial`` of them in a mapping; the whole
        family if not given.
    taus : sequence of floats
        Temperatures. Those that an estimator refuses are left out and told in ``refused``; an
        estimator without a ``tau`` runs once.
    num_samples : int
        Monte Carlo samples for each estimator whose expectations are not enumerated, at least 64;
        rounded up to full batches.
    reference_samples : int
        Samples of REINFORCE, at least 64; each costs a loss and no gradient.
    max_configurations : int
        Enumerate up to so many configurations of positive probability, K ** rows without masks.
    batch_size : int
        The largest B.
    seed : int
        All but the times follow from it.
    progress : function of (done, total, name), optional
        Called before each of the measurements, and after the last.

    Returns
    -------
    reinmax_multi.diagnosis.Diagnosis
        ``records`` are plain dictionaries, ``table()`` is for rich, ``plot()`` is a matplotlib
        figure, ``to_json()`` is text.

    Raises
    ------
    TypeError
        An argument or the loss has a type that cannot be used.
    ValueError
        The loss does not return (B,) finite values or mixes its samples; a row of the logits has no
        distribution; a number is out of range; no estimator accepts a temperature; or the gradient
        is 0 (``diagnosis.ZeroGradientError``) or cannot be told from 0 by ``reference_samples``.

    Examples
    --------
{example}
    """


def docstring(*, samples: str, losses: str, logits: str, traced: str, example: str) -> str:
    """``example`` has the indentation of the text."""
    return _TEXT.format(
        samples=samples, losses=losses, logits=logits, traced=traced, example=example.strip("\n")
    )
