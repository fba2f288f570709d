"""Write what one back end draws from given noise, and its gradients there.

    python -m tests.agreement.record --backend torch --out DIR [--device cpu]

writes DIR/torch.npz. Each framework runs in a process of its own; test_recordings.py compares what
they wrote.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import backends
from reinmax_multi import estimators
from reinmax_multi._core.gradient import forward, pullback
from reinmax_multi._core.residuals import Saved
from tests.agreement.inputs import CASES, Inputs, comparable
from tests.oracles.settings import SETTINGS


def record(driver: Any, inputs: Inputs) -> Iterator[tuple[str, np.ndarray]]:
    """The results of one back end for one batch, by name."""
    logits, g, h = (
        driver.asarray(array, inputs.dtype)
        for array in (inputs.logits, inputs.hard_cotangent, inputs.soft_cotangent)
    )
    noise = driver.asarray(inputs.noise, "int32")
    categories = driver.asarray(np.arange(inputs.logits.shape[-1]), "int64")
    _, soft, index = forward(driver.namespace, logits, categories, noise=noise)
    sample = driver.asarray(driver.to_numpy(index)[:, 0], "int64")
    yield "categories", driver.to_numpy(sample)
    yield "y_soft", driver.to_numpy(soft)
    words = driver.asarray(inputs.words, "int32")
    for name, tau in comparable(inputs):
        estimator, settings = getattr(estimators, name), SETTINGS.get(name, {})
        if estimator.backward_noise:  # an adapter draws the words in its own idiom
            saved = Saved(logits, soft, index, words)
            cotangent = pullback(
                driver.namespace, estimator, settings, saved, categories, g, h, tau
            )
        else:
            bound = partial(getattr(driver.package, name), tau=tau, **settings)
            _, cotangent = driver.pullback(
                "eager",
                lambda logits, sample, bound=bound: bound(logits, sample=sample),
                [logits, sample],
                [g, h],
            )
        yield f"{name}-{tau:g}", driver.to_numpy(cotangent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", choices=backends.NAMES, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder, made if need be")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    driver = backends.driver(arguments.backend, arguments.device)
    results = {
        f"{inputs.name}/{part}": array
        for inputs in CASES.values()
        for part, array in record(driver, inputs)
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    np.savez(arguments.out / f"{arguments.backend}.npz", device=arguments.device, **results)


if __name__ == "__main__":
    main()
