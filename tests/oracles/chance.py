"""The tail of the chi-square distribution, in closed form for a whole number of degrees of freedom.

With x = statistic / 2 and n degrees of freedom (https://dlmf.nist.gov/8.4),

    even n:  sum over k = 0, 1, .., n/2 - 1      of x^k e^-x / Gamma(k + 1)
    odd n:   sum over k = 1/2, 3/2, .., n/2 - 1  of the same, and erfc(sqrt x).
"""

from __future__ import annotations

import math


def chi_square_tail(statistic: float, freedom: int) -> float:
    """The probability of a statistic at least as large."""
    x, odd = float(statistic) / 2, int(freedom) % 2
    if x == 0:
        return 1.0
    powers = (k + odd / 2 for k in range(int(freedom) // 2))
    terms = [math.exp(k * math.log(x) - x - math.lgamma(k + 1)) for k in powers]
    return math.fsum([math.erfc(math.sqrt(x)) if odd else 0.0, *terms])
