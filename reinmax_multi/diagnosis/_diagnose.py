"""``diagnose`` of a framework: written once, bound to the framework's evaluator and its family."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ._candidates import Estimators
from ._evaluator import Evaluator, Words
from ._result import Diagnosis
from ._run import Progress, run


def bind(
    evaluator: type[Evaluator], family: Mapping[str, Callable[..., Any]]
) -> Callable[..., Diagnosis]:
    """``diagnose`` for a framework; it measures ``family`` if no estimators are given."""

    def diagnose(
        loss: Callable[[Any], Any],
        logits: Any,
        estimators: Estimators | None = None,
        *,
        taus: Sequence[float] = (0.5, 1.0, 1.5),
        num_samples: int = 10_000,
        reference_samples: int = 100_000,
        max_configurations: int = 2**16,
        batch_size: int = 1024,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> Diagnosis:
        if not evaluator.is_array(logits):
            raise TypeError(
                f"logits must be {_a(words.logits)}, got {type(logits).__name__}: convert them"
            )
        return run(
            evaluator(loss, logits),
            family if estimators is None else estimators,
            taus=taus,
            num_samples=num_samples,
            reference_samples=reference_samples,
            max_configurations=max_configurations,
            batch_size=batch_size,
            seed=seed,
            progress=progress,
        )

    words = evaluator.words
    diagnose.__module__ = words.package
    diagnose.__qualname__ = "diagnose"
    diagnose.__doc__ = _docstring(words)
    diagnose.__signature__ = _signature(diagnose, words)  # type: ignore[attr-defined]
    return diagnose


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _signature(diagnose: Callable[..., Any], words: Words) -> inspect.Signature:
    signature = inspect.signature(diagnose)
    annotations = {
        "loss": f"Callable[[{words.array}], {words.array}]",
        "logits": words.logits_annotation,
    }
    return signature.replace(
        parameters=[
            parameter.replace(annotation=annotations.get(name, parameter.annotation))
            for name, parameter in signature.parameters.items()
        ]
    )


def _docstring(words: Words) -> str:
    return _TEXT.format(
        arrays=words.arrays,
        logits=words.logits,
        traced=words.traced,
        example=words.example.strip("\n"),
    )


_TEXT = """Measure the estimators on a loss of your own: bias, variance, cosine and time.

    The reference is the gradient of E loss(x) by the logits, where x holds one one-hot sample for
    each row; all rows together are one configuration. If there are few configurations it is exact,
    by enumeration; else it is leave-one-out REINFORCE, unbiased, with its standard error. The same
    holds for the estimators: if one is determined by the sample, its expectations are enumerated
    too; if it draws more noise, they come with standard errors. The reported bias never contains
    the variance of the samples (``reinmax_multi/diagnosis/_moments.py`` explains how).

    Parameters
    ----------
    loss : function of {arrays}, (B, *logits.shape), to an array, (B,)
        The loss of each of B samples, each of which is a configuration: no sample may influence the
        loss of another, so batch normalisation and dropout must be in inference mode.
        {traced}
    logits : {logits}, (..., K)
        Categories last. Any leading axes, in a floating dtype that the estimators take; -inf masks
        a category.
    estimators : sequence of functions, or mapping of names to functions, optional
        From this package, made by ``bind``, or in a mapping also ``functools.partial`` of them; the
        whole family if not given.
    taus : sequence of floats
        Temperatures. Those that an estimator refuses are left out and listed in ``refused``; an
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
        It determines all numbers but the times.
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
        is 0 (``diagnosis.ZeroGradientError``) or is not above the noise of ``reference_samples``.

    Examples
    --------
{example}
    """
