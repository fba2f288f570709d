"""Write the golden data: dense matrices in 50 digits times the cotangents.

python -m tests.oracles.golden           writes golden.json
python -m tests.oracles.golden --check   exits with 1 if it would change golden.json
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from mpmath import matrix, mp, mpf

from ..dense_mp import MATRICES, Point, jacobian, softmax
from ..settings import SETTINGS
from . import PATH
from .inputs import Row, inputs

DIGITS = 50
RANDOM = {"gumbel_softmax", "gumbel_rao", "reinmax_rao", "reinmax_cv"}

Case = dict[str, Any]


def solve(name: str, estimator: str, tau: float, rows: list[Row]) -> Case:
    """The case with the outputs that its rows must give."""
    settings, words = SETTINGS.get(estimator, {}), None
    forward_tau = settings.get("forward_tau", 1.0)
    if estimator in RANDOM:
        seed = random.Random(f"{name} {estimator} {tau} words")
        words = [[seed.randrange(2**30) for _ in range(2)] for _ in rows]
    y_soft, pullback_hard, pullback_soft = [], [], []
    for row, (logits, sample, hard_cotangent, soft_cotangent) in enumerate(rows):
        weight = MATRICES[estimator](
            Point(logits, sample, tau, settings, None if words is None else words[row])
        )
        pi = softmax(logits, forward_tau)
        y_soft.append(_floats(pi))
        pullback_hard.append(_floats(weight * matrix(hard_cotangent)))
        pullback_soft.append(_floats(jacobian(pi) * matrix(soft_cotangent) / mpf(forward_tau)))
    logits, sample, hard_cotangent, soft_cotangent = (
        list(part) for part in zip(*rows, strict=True)
    )
    return {
        "name": f"{name}-{estimator}-tau{tau:g}",
        "estimator": estimator,
        "tau": tau,
        "settings": settings,
        "words": words,
        "logits": logits,
        "sample": sample,
        "hard_cotangent": hard_cotangent,
        "soft_cotangent": soft_cotangent,
        "y_soft": y_soft,
        "pullback_hard": pullback_hard,
        "pullback_soft": pullback_soft,
    }


def _floats(column: matrix) -> list[float]:
    return [float(x) for x in column]


def render(cases: list[Case]) -> str:
    """JSON with one line an entry of a case."""
    blocks = (
        ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in case.items())
        for case in cases
    )
    return '{"cases": [\n {\n' + "\n },\n {\n".join(blocks) + "\n }\n]}\n"


def main(arguments: list[str]) -> int:
    with mp.workdps(DIGITS):
        text = render([solve(*case) for case in inputs()])
    if arguments == ["--check"]:
        if PATH.read_text(encoding="utf-8") != text:
            print(
                f"{PATH.name} differs: run python -m tests.oracles.golden",
                file=sys.stderr,
            )
            return 1
        return 0
    PATH.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
