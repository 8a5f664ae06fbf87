"""Quantiles of Student's t: how much further out a limit must lie when the standard error itself is an estimate.

Student (1908), *Biometrika* 6(1), 1–25; the finite series for whole degrees of freedom is in Abramowitz & Stegun
(1964), *Handbook of Mathematical Functions*, 26.7.3 and 26.7.4, the expansion for many of them is 26.7.5.
"""

from __future__ import annotations

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_MANY = 100
_SMALLEST_TAIL = 1e-12
_STEPS = 200


def share_within(t: float, degrees: int) -> float:
    """Return the probability that a t of so many whole degrees of freedom lies between −t and t.

    >>> round(share_within(2.776, 4), 4), round(share_within(1.0, 1), 4)
    (0.95, 0.5)
    """
    angle = math.atan(t / math.sqrt(degrees))
    squared = math.cos(angle) ** 2
    odd = degrees % 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for j in range(2 + odd, degrees + 1, 2):
        total += term
        term *= squared * (j - 1) / j
    total *= math.sin(angle)
    return 2 / math.pi * (angle + total) if odd else total


def as_far_out(z: float, degrees: int) -> float:
    """Return the t with as much probability beyond ±t as a normal deviate has beyond ±z.

    >>> round(as_far_out(1.959964, 4), 3), round(as_far_out(1.959964, 120), 3)
    (2.776, 1.98)
    """
    if degrees >= _MANY:
        return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    beyond = max(2 * _NORMAL.cdf(-z), _SMALLEST_TAIL)
    low, high = z, z + 1
    while 1 - share_within(high, degrees) > beyond:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if 1 - share_within(middle, degrees) > beyond else (low, middle)
    return high
