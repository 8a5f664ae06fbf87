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

from dataclasses import dataclass, replace
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
    outlook = outlook_of(sums, value, cluster=cluster)
    return outlook if isinstance(outlook, Reason) else outlook.interval(outlook.n_clusters, confidence)


def outlook_of(sums: Sums, value: float, *, cluster: str) -> Outlook | Reason:
    """Return what is needed for the interval of ``value``, with the clusters there are or with more; or why there is
    none.
    """
    found = _without_each(sums, cluster)
    if isinstance(found, Reason):
        return found
    n, values = found
    annotators = _of_annotators(sums.without_annotator)
    if isinstance(annotators, Reason):
        return annotators
    if 1 - value >= NOTHING and (1 - values >= NOTHING).all():
        return Outlook(sums=sums, value=value, n_clusters=n, annotators=annotators)
    if annotators is not None:
        return Reason("too little disagreement")
    alone = sums.figure.values(sums.rows)
    return Outlook(
        sums=sums,
        value=value,
        n_clusters=n,
        n_disputed=int(sums.sizes[alone < 1 - NOTHING].sum()),
        worst=max(1.0, _of_one_disagreement(sums, value, n), (1 - value) * n),
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Outlook:
    """What the interval of a figure would be with so many clusters, were those to come like those there are."""

    sums: Sums
    value: float
    n_clusters: int
    """Clusters there are that can move the figure."""
    n_disputed: int | None = None
    """Clusters with a disagreement, 0 or 1, where that is all there is to go by; None where leaving out shows more."""
    worst: float = 1.0
    """How much disagreement such a cluster is taken to hold, as a share of chance."""
    annotators: _Variance | None = None
    """What annotators add, where the interval is about others as well."""

    def interval(self, n_clusters: int, confidence: float, *, times_error: float = 1.0) -> Interval:
        """Return the interval with ``n_clusters``; those to come hold as many disagreements as those there are.

        ``times_error`` is what a standard error is multiplied by, where something else makes it smaller.
        """
        lowest = -1.0 if self.sums.lowest is None else self.sums.lowest
        times = n_clusters / self.n_clusters
        if self.n_disputed is not None:
            n_disputed = round(times * self.n_disputed)
            if n_disputed > 1:
                seen = _Spread.of_alike(self.value, n_disputed, n_clusters)
                t = as_far_out(NormalDist().inv_cdf((1 + confidence) / 2), n_clusters - 1)
                return Interval(max(seen.limit(t), lowest), min(seen.limit(-t), 1.0), "jackknife")
            share = binomial.upper_limit(n_disputed, n_clusters, (1 - confidence) / 2)
            return Interval(max(1 - share * self.worst, lowest), 1.0, "clopper_pearson")
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        seen, allowing = (
            _Spread.of(self.sums, times, added).times(times_error).with_variance(n_clusters - 1, self.annotators)
            for added in (0.0, agreed_units(self.sums))
        )
        low, high = seen.limit(as_far_out(z, seen.degrees)), seen.limit(-as_far_out(z, seen.degrees))
        high = max(high, allowing.limit(-as_far_out(z, allowing.degrees)), self.value)
        return Interval(max(low, lowest), min(high, 1.0), "jackknife" if self.annotators is None else "jackknife_both")


@dataclass(frozen=True, slots=True)
class _Variance:
    """Of log(1 − value), and what it was learnt from."""

    variance: float
    degrees: int


def _of_annotators(values: FloatArray | Reason | None) -> _Variance | Reason | None:
    """The jackknife's variance over annotators, from the values without each."""
    if values is None or isinstance(values, Reason):
        return values
    n = len(values)
    if np.isnan(values).any() or (1 - values < NOTHING).any():
        return Reason("too little disagreement")
    y = np.log(1 - values)
    return _Variance(float((n - 1) * y.var()), n - 1)


def odds_interval(sums: Sums, value: float, *, cluster: str, confidence: float) -> Interval | Reason:
    """Return the interval of a share that may have any true value from 0 to 1, or why there is none.

    Its limits are y ± t·SE of y = log(value / (1 − value)), where the share without any of the clusters is above 0 and
    below 1; otherwise value ± t·SE within those bounds.
    """
    found = _without_each(sums, cluster)
    if isinstance(found, Reason):
        return found
    n, values = found
    inside = 0 < value < 1 and ((values > 0) & (values < 1)).all()
    error = standard_error(np.log(values / (1 - values)) if inside else values, sums.sizes)
    if error < NOTHING:
        return Reason("the same without any one {}", cluster)
    t = as_far_out(NormalDist().inv_cdf((1 + confidence) / 2), n - 1)
    if not inside:
        low, high = (min(max(value + errors * error, 0.0), 1.0) for errors in (-t, t))
        return Interval(low, high, "jackknife")
    odds = np.log(value / (1 - value)) + np.array([-t, t]) * error
    low, high = (1 / (1 + np.exp(-odds))).tolist()
    return Interval(low, high, "jackknife")


def _without_each(sums: Sums, cluster: str) -> tuple[int, FloatArray] | Reason:
    """How many clusters can move the figure, and its values without each; or why it cannot do without one."""
    n = sums.n_clusters if sums.n_telling is None else sums.n_telling
    if n < 2:
        return Reason("one {}", cluster)
    left_out = sums.left_out
    values = sums.figure.values(left_out)
    if np.isnan(values).any():
        why = sums.figure.undefined_because(left_out[int(np.flatnonzero(np.isnan(values))[0])])
        return Reason("{} without one {}", why, cluster)
    return n, values


def standard_error(left_out: FloatArray, sizes: IntArray, times: float = 1.0) -> float:
    """Return the jackknife's standard error, from a figure without each cluster; with ``times`` as many clusters."""
    n = times * int(sizes.sum())
    squares = times * (sizes @ (left_out - np.average(left_out, weights=sizes)) ** 2)
    return float(np.sqrt((n - 1) / n * squares))


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


def agreed_units(sums: Sums) -> FloatArray:
    """Return the statistics of the perfect agreement that the upper limit allows for."""
    if sums.made_up is None:
        return np.zeros(sums.rows.shape[1])
    units = max(FEWEST_AGREED, ARTICLES_AGREED * sums.n_compared / max(sums.n_clusters, 1))
    return np.asarray(units * sums.made_up.agreed)


@dataclass(frozen=True, slots=True)
class _Spread:
    """log(1 − value), its standard error, and how many degrees of freedom that has."""

    y: float
    error: float
    degrees: int = 1

    @classmethod
    def of(cls, sums: Sums, times: float = 1.0, added: FloatArray | float = 0.0) -> _Spread:
        """With ``times`` as many clusters, and what is added to them."""
        totals = times * sums.totals + added
        whole, *_ = np.log(np.maximum(1 - sums.figure.values(totals[None, :]), NOTHING))
        each = np.log(np.maximum(1 - sums.figure.values(totals - sums.rows), NOTHING))
        return cls(float(whole), standard_error(each, sums.sizes, times))

    @classmethod
    def of_alike(cls, value: float, n_disputed: int, n_clusters: int) -> _Spread:
        """Where so many of the clusters hold a disagreement, each as much as the others."""
        n = np.array([n_disputed, n_clusters - n_disputed])
        each = np.log(np.maximum([1 - 1 / n_disputed, 1], NOTHING)) + np.log(n_clusters / (n_clusters - 1))
        return cls(float(np.log(max(1 - value, NOTHING))), standard_error(each, n))

    def times(self, factor: float) -> _Spread:
        """With so many times the standard error."""
        return replace(self, error=factor * self.error)

    def with_variance(self, degrees: int, more: _Variance | None) -> _Spread:
        """With the degrees of freedom it has, and what others add (Satterthwaite 1946, *Biometrics Bulletin* 2(6))."""
        if more is None:
            return replace(self, degrees=degrees)
        both = self.error**2 + more.variance
        together = self.error**4 / degrees + more.variance**2 / more.degrees
        whole = int(both**2 / together) if together > 0 else min(degrees, more.degrees)
        return replace(self, error=float(np.sqrt(both)), degrees=max(whole, 1))

    def limit(self, errors: float) -> float:
        """The value so many standard errors of y away."""
        with np.errstate(over="ignore"):
            return float(1 - np.exp(self.y + errors * self.error))
