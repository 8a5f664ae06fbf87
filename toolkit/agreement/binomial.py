"""Limits of a share of which few cases were seen.

Clopper & Pearson (1934), *Biometrika* 26(4), 404–413: the largest share with which so few, or fewer, still have the
probability asked for, and the smallest with which so many, or more, have it. Exact, so it holds for any number of
cases.
"""

from __future__ import annotations

import math

_STEPS = 200


def upper_limit(n_seen: int, n: int, tail: float) -> float:
    """Return the share p for which n_seen of n cases or fewer have probability ``tail``; 1 where all were seen.

    >>> round(upper_limit(0, 36, 0.025), 4), round(upper_limit(1, 10, 0.025), 4), upper_limit(3, 3, 0.025)
    (0.0974, 0.445, 1.0)
    """
    if n_seen >= n:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _at_most(n_seen, n, middle) > tail else (low, middle)
    return high


def lower_limit(n_seen: int, n: int, tail: float) -> float:
    """Return the share p for which n_seen of n cases or more have probability ``tail``; 0 where none was seen.

    >>> round(lower_limit(1, 2, 0.025), 4), round(lower_limit(8, 10, 0.025), 4), lower_limit(0, 3, 0.025)
    (0.0126, 0.4439, 0.0)
    """
    return 1 - upper_limit(n - n_seen, n, tail)


def _at_most(most: int, n: int, p: float) -> float:
    """The probability of ``most`` or fewer of n cases, 0 < p < 1, from whichever side has fewer terms."""
    if most > n - most - 1:
        return 1.0 - _at_most(n - most - 1, n, 1.0 - p)
    total = 0.0
    for k in range(most + 1):
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        total += math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))
    return total
