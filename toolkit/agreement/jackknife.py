"""The interval of a figure whose best value is 1, from what it would be without one of the clusters.

Its limits are 1 − exp(y ± t·SE) with y = log(1 − value), SE the jackknife's standard error of y over clusters (Efron &
Tibshirani 1993, *An Introduction to the Bootstrap*, ch. 11) and t Student's with one degree of freedom less than there
are clusters. On this scale a figure near 1 spreads evenly to both sides, and t is for few clusters what the bootstrap
is not. Two things a jackknife cannot see are put in:

- **Agreement that was not met yet.** Of a rare category a few articles may hold disagreements only; every left-out
  value is then near 0, and the spread says so. The upper limit is taken as if half an article more (at least
  ``FEWEST_AGREED`` units) had been coded in perfect agreement, all values in use alike often.
- **Disagreement that was not met yet.** Where nobody disagrees, or in one cluster only, there is no spread. The lower
  limit is then 1 − U·r, U the upper limit (Clopper & Pearson 1934) of the share of clusters with a disagreement. Such
  a cluster is taken to be no worse than chance (r = 1), unless a single disagreement in a cluster of average size is,
  as in short articles with a rare category, or the one that was seen is: r is the greatest of the three. The upper
  limit is 1.

``benchmarks/verdicts.py`` simulates how often limits lie on the wrong side of the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from toolkit.agreement import binomial
from toolkit.agreement.interval import Interval
from toolkit.agreement.reason import Reason
from toolkit.agreement.student import as_far_out
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import FloatArray, IntArray

FEWEST_AGREED = 4
"""Units in perfect agreement that the upper limit allows for, however short the articles."""

ARTICLES_AGREED = 0.5
"""The same in articles of average length."""

NOTHING = 1e-12
"""What is nearer than this is the same, but for rounding."""


def jackknife_interval(sums: Sums, value: float, *, cluster: str, confidence: float) -> Interval | Reason:
    """Return the interval of ``value``, the figure on all of ``sums``, or why there is none."""
    n = sums.n_clusters if sums.n_telling is None else sums.n_telling
    if n < 2:
        return Reason("one {}", cluster)
    left_out = sums.left_out
    values = sums.figure.values(left_out)
    if np.isnan(values).any():
        why = sums.figure.undefined_because(left_out[int(np.flatnonzero(np.isnan(values))[0])])
        return Reason("{} without one {}", why, cluster)
    lowest = -1.0 if sums.lowest is None else sums.lowest
    if 1 - value < NOTHING or (1 - values < NOTHING).any():
        low = max(1 - hidden_disagreement(sums, value, n, confidence=confidence), lowest)
        return Interval(low, 1.0, "clopper_pearson")
    t = student(n, confidence)
    spread = _Spread.of(value, values, sums.sizes)
    high = max(spread.limit(-t), _allowing_for_agreement(sums, left_out).limit(-t), value)
    return Interval(max(spread.limit(t), lowest), min(high, 1.0), "jackknife")


def student(n_clusters: int, confidence: float) -> float:
    """Return how many standard errors the limits lie from the value."""
    return as_far_out(NormalDist().inv_cdf((1 + confidence) / 2), n_clusters - 1)


def hidden_disagreement(sums: Sums, value: float, n_clusters: int, *, confidence: float) -> float:
    """Return how much disagreement, as a share of chance, ``n_clusters`` clusters can have left unseen."""
    alone = sums.figure.values(sums.rows)
    n_disputed = int(sums.sizes[alone < 1 - NOTHING].sum())
    share = binomial.upper_limit(n_disputed, n_clusters, (1 - confidence) / 2)
    n_now = sums.n_clusters if sums.n_telling is None else sums.n_telling
    return share * max(1.0, _of_one_disagreement(sums, value, n_now), (1 - value) * n_now)


def _of_one_disagreement(sums: Sums, value: float, n_clusters: int) -> float:
    """What a cluster of average size is worth in which one annotator deviates once; 1 is chance."""
    if sums.made_up is None or not len(sums.made_up.disputed):
        return 0.0
    n = sums.n_compared
    with_it = 1 - sums.figure.values(sums.totals + sums.made_up.disputed)
    worth = (n + 1) * with_it - n * (1 - value)
    counts = worth > NOTHING * n  # where one category is looked at, deviating among the others is none
    if not counts.any():
        return 0.0
    return float(np.average(worth[counts], weights=sums.made_up.use[counts])) * n_clusters / n


def _allowing_for_agreement(sums: Sums, left_out: FloatArray) -> _Spread:
    """The spread with some perfect agreement added."""
    added = agreed_units(sums)
    return _Spread.of(
        float(sums.figure.values(sums.totals[None, :] + added)[0]), sums.figure.values(left_out + added), sums.sizes
    )


def agreed_units(sums: Sums) -> FloatArray:
    """Return the statistics of the perfect agreement that the upper limit allows for."""
    if sums.made_up is None:
        return np.zeros(sums.rows.shape[1])
    units = max(FEWEST_AGREED, ARTICLES_AGREED * sums.n_compared / max(sums.n_clusters, 1))
    return np.asarray(units * sums.made_up.agreed)


@dataclass(frozen=True, slots=True)
class _Spread:
    """log(1 − value) and its standard error."""

    y: float
    error: float

    @classmethod
    def of(cls, value: float, left_out: FloatArray, sizes: IntArray) -> _Spread:
        y = np.log(np.maximum(1 - left_out, NOTHING))
        n = int(sizes.sum())
        deviation = y - np.average(y, weights=sizes)
        return cls(float(np.log(max(1 - value, NOTHING))), float(np.sqrt((n - 1) / n * (sizes @ deviation**2))))

    def limit(self, errors: float) -> float:
        """The value so many standard errors of y away."""
        with np.errstate(over="ignore"):
            return float(1 - np.exp(self.y + errors * self.error))
