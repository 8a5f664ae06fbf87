"""What the interval of alpha would be with one coder more on every unit.

Expected disagreement stays as it is; what shrinks is the part of the variance that comes from which coders a unit
happened to have. Disagreement within a unit is a mean over pairs of its m values, whose variance has a part that goes
with 1/m and one that goes with 1/(m(m − 1)) (Hoeffding 1948, *Annals of Mathematical Statistics* 19, 293-325). What it
loses from m − 1 to m is seen by leaving out one value of every unit at random; what it would lose from m to m + 1 is
taken to be all of the second kind, which promises less. Two values tell nothing about that, so there must be three.
``tests/agreement/test_more_coders.py`` simulates how well it predicts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.figure import Figure
from toolkit.agreement.jackknife import NOTHING, Outlook, outlook_of
from toolkit.agreement.patterns import Patterns
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import FloatArray, IntArray

FEWEST_VALUES = 3
DRAWS = 20
"""Times a value of every unit is left out at random."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCoderMore:
    """The interval with one coder more per unit; limits are None exactly when ``undefined_because`` says why."""

    ci_low: float | None = None
    ci_high: float | None = None
    undefined_because: str | None = None

    @property
    def half_width(self) -> float | None:
        """Half the width of the interval."""
        return None if self.ci_low is None or self.ci_high is None else (self.ci_high - self.ci_low) / 2


def one_coder_more(sums: Sums, patterns: Patterns, resampling: Resampling) -> OneCoderMore:
    """Return what the interval of alpha would be; ``sums`` are those of alpha on ``patterns``, of counts of values."""
    found = _shrinkage(sums, patterns, resampling)
    if isinstance(found, Reason):
        return OneCoderMore(undefined_because=found)
    outlook, times_error = found
    interval = outlook.interval(outlook.n_clusters, resampling.confidence, times_error=times_error)
    return OneCoderMore(ci_low=interval.low, ci_high=interval.high)


def _shrinkage(sums: Sums, patterns: Patterns, resampling: Resampling) -> tuple[Outlook, float] | Reason:
    """What the interval is computed from, and what the standard error would be multiplied by."""
    why = sums.figure.undefined_because(sums.totals)
    if why is not None or resampling.replicates == 0:
        return Reason(why or "no replicates asked for")
    pairable = patterns.pairable()
    if patterns.holds_codes or pairable.n_given.min() < FEWEST_VALUES:
        return Reason("told where all units have three values")
    value = float(sums.figure.values(sums.totals[None, :])[0])
    outlook = outlook_of(sums, value, cluster=resampling.cluster)
    if isinstance(outlook, Reason):
        return outlook
    if outlook.n_disputed is not None:
        return Reason("next to no disagreement")
    counts, n = pairable.rows[pairable.pattern_of_unit], pairable.n_given[pairable.pattern_of_unit]
    cluster = np.arange(len(counts)) if pairable.cluster_of_unit is None else pairable.cluster_of_unit
    rng = np.random.default_rng(resampling.seed)
    now = _squared_error(sums.figure, counts, cluster)
    fewer = [_squared_error(sums.figure, _without_one(counts, n, rng), cluster) for _ in range(DRAWS)]
    m = len(n) / float((1 / n).sum())  # harmonic mean
    then = now - (float(np.mean(fewer)) - now) * (_pairs(m) - _pairs(m + 1)) / (_pairs(m - 1) - _pairs(m))
    if not np.isfinite(then) or then <= 0:
        return Reason("too few to tell coders from units")
    return outlook, float(np.sqrt(min(then / now, 1.0)))


def _pairs(m: float) -> float:
    """What the part of the variance that goes with the pairs of m values is proportional to."""
    return 1 / (m * (m - 1))


def _without_one(counts: IntArray, n: IntArray, rng: np.random.Generator) -> IntArray:
    """The counts without one value of every unit, all its values alike likely."""
    chosen = (rng.random(len(n)) * n)[:, None] >= np.cumsum(counts, axis=1)
    fewer = counts.copy()
    fewer[np.arange(len(n)), chosen.sum(axis=1)] -= 1
    return fewer


def _squared_error(figure: Figure, counts: IntArray, cluster: IntArray) -> float:
    """The jackknife's squared standard error of log(1 − value); NaN where a left-out value does not exist."""
    statistics: FloatArray = figure.statistics(counts)
    clusters, of_unit = np.unique(cluster, return_inverse=True)
    rows = np.zeros((len(clusters), statistics.shape[1]))
    np.add.at(rows, of_unit, statistics)
    each = np.log(np.maximum(1 - figure.values(rows.sum(axis=0) - rows), NOTHING))
    return float((len(rows) - 1) * each.var())
