"""The gradient of an estimator compared with the exact one, for a trained model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from reinmax_multi.diagnosis import ZeroGradientError

from ..training.trainer import Trainer
from .model import VAE

ENUMERABLE = 4096
TAUS = (1.0, 1.3, 1.6, 2.0)
SAMPLES = 4096
"""For the estimators whose gradient is random for a given code."""


def quality(
    vae: VAE, trainer: Trainer, estimator: str, tau: float, images: np.ndarray
) -> list[dict[str, float]]:
    """Bias, deviation and cosine at each temperature, for the logits of each image.

    The gradient is that of E_q[-log p(x | z)] by the logits, the only term that is estimated, and
    exact by enumeration. Bias and standard deviation are root mean squares over the images, in
    units of the root mean square length of the gradient; the cosine is a mean. An image whose
    posterior leaves no gradient is not counted; none at all is an empty list.
    """
    ops, parameters = trainer.ops, trainer.parameters
    logits = vae.encode(ops, parameters, trainer.asarray(images))
    found: dict[float, list[tuple[float, dict[str, Any]]]] = {}
    chosen = {estimator: getattr(trainer.family, estimator)}
    for number, image in enumerate(images):
        pixels = trainer.asarray(image[None])

        def misfit(code: Any, pixels: Any = pixels) -> Any:
            decoded = vae.decode(ops, parameters, code)
            return vae.misfit(ops, decoded, ops.broadcast_to(pixels, decoded.shape))

        try:
            diagnosis = trainer.family.diagnose(
                misfit,
                logits[number],
                chosen,
                taus=sorted({*TAUS, tau}),
                num_samples=SAMPLES,
                batch_size=ENUMERABLE,
            )
        except ZeroGradientError:
            continue
        length = float(np.linalg.norm(diagnosis.gradient))
        for record in diagnosis.records:
            found.setdefault(record["tau"] or 1.0, []).append((length, record))
    return [_summary(temperature, pairs) for temperature, pairs in found.items()]


def _summary(tau: float, pairs: Sequence[tuple[float, dict[str, Any]]]) -> dict[str, float]:
    total = math.hypot(*(length for length, _ in pairs))
    relative = {
        name: math.hypot(*(length * record[f"relative_{name}"] for length, record in pairs)) / total
        for name in ("bias", "std")
    }
    cosine = float(np.mean([record["cosine"] for _, record in pairs]))
    return {"tau": tau, **relative, "cosine": cosine, "images": len(pairs)}
