"""The hyper-parameters that the tests give to the estimators that have some.

No difference of two golden logits is a gap of 0.7, and a quotient by 2 is exact.
"""

from __future__ import annotations

SETTINGS: dict[str, dict[str, float]] = {
    "decoupled_straight_through": {"forward_tau": 2.0},
    "gapped_straight_through": {"gap": 0.7},
    "gumbel_rao": {"num_samples": 3},
    "reinmax_rao": {"num_samples": 3},
    "reinmax_cv": {"eta": 0.7, "num_samples": 2},
}
