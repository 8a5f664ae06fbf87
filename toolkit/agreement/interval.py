"""A confidence interval and how it was come by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

IntervalMethod = Literal["jackknife", "jackknife_both", "clopper_pearson", "bca", "percentile"]
"""Leaving out one cluster at a time; one cluster, and one annotator; where there is next to no disagreement; two kinds
of bootstrap."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval and the method it came from."""

    low: float
    high: float
    method: IntervalMethod
