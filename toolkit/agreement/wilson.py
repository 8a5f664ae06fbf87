"""The interval of a share of which few cases were seen: the score interval.

Wilson (1927), *Journal of the American Statistical Association* 22(158), 209–212: the shares p from which what was seen
is no more than z standard errors away, these taken at p. It has its length where all or none were seen, too.
"""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson_interval(n_seen: int, n: int, *, confidence: float = 0.95) -> tuple[float, float] | None:
    """Return the interval of the share n_seen of n independent cases; None where there are no cases.

    >>> low, high = wilson_interval(20, 20)
    >>> round(low, 2), high
    (0.84, 1.0)
    """
    if n == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = n_seen + z * z / 2
    spread = z * math.sqrt(n_seen * (n - n_seen) / n + z * z / 4)
    return max(0.0, (middle - spread) / (n + z * z)), min(1.0, (middle + spread) / (n + z * z))
