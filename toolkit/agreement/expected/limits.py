"""The limits of ``jackknife.py`` of many studies at once: the same numbers, thousands of times as fast."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from toolkit.agreement.expected.studies import ExpectedStudy
from toolkit.agreement.interval import Interval
from toolkit.agreement.jackknife import ARTICLES_AGREED, FEWEST_AGREED, NOTHING, jackknife_interval
from toolkit.agreement.made_up import made_up_units
from toolkit.agreement.reading import Coverage
from toolkit.agreement.student import as_far_out
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import BoolArray, FloatArray

LOWEST = -1.0
_FLOATS_AT_ONCE = 8_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Limits of alpha in each sample, NaN where there are none."""

    low: FloatArray
    high: FloatArray

    def reached(self, target: float) -> BoolArray:
        """Return which studies are said to have reached the target."""
        return np.asarray(self.low >= target)

    def not_reached(self, target: float) -> BoolArray:
        """Return which studies are said not to have reached it."""
        return np.asarray(self.high < target)


def limits_of(rows: FloatArray, study: ExpectedStudy, *, confidence: float) -> Limits:
    """Return the limits of each sample from the statistics of its clusters (samples × clusters × K)."""
    at_once = max(_FLOATS_AT_ONCE // (rows[0].size or 1), 1)
    parts = [_limits(rows[first : first + at_once], study, confidence) for first in range(0, len(rows), at_once)]
    return Limits(np.concatenate([low for low, _ in parts]), np.concatenate([high for _, high in parts]))


def _limits(rows: FloatArray, study: ExpectedStudy, confidence: float) -> tuple[FloatArray, FloatArray]:
    n, figure = rows.shape[1], study.figure
    totals = rows.sum(axis=1)
    t = as_far_out(NormalDist().inv_cdf((1 + confidence) / 2), n - 1)
    value = figure.values(totals)
    left_out = _without_one(rows, totals, study)
    low, high = _around(value, left_out, t)
    more = totals + _agreed(totals, study, n)
    _, allowing = _around(figure.values(more), _without_one(rows, more, study), t)
    low, high = np.maximum(low, LOWEST), np.minimum(np.fmax(np.fmax(high, allowing), value), 1)
    none = np.isnan(value) | np.isnan(left_out).any(axis=1)
    low[none] = high[none] = np.nan
    alike = ~none & ((1 - value < NOTHING) | (1 - left_out < NOTHING).any(axis=1))
    for place in np.flatnonzero(alike):
        one = limits_by_the_program(rows[place], study, confidence=confidence)
        low[place], high[place] = (np.nan, np.nan) if one is None else (one.low, one.high)
    return low, high


def limits_by_the_program(rows: FloatArray, study: ExpectedStudy, *, confidence: float) -> Interval | None:
    """Return the interval of one study as ``agree`` would compute it; None where there is none."""
    totals = rows.sum(axis=0)
    use = totals[study.marginals].round().astype(np.int64)
    sums = Sums(
        figure=study.figure,
        rows=rows,
        sizes=np.ones(len(rows), dtype=np.int64),
        clusters=np.arange(len(rows)),
        n_clusters=len(rows),
        n_values=int(use.sum()),
        coverage=Coverage(0, 0, 0),
        lowest=LOWEST,
        n_compared=int(use.sum()) // study.coders,
        made_up=made_up_units(study.figure.statistics, use, study.coders),
    )
    if sums.figure.undefined_because(totals) is not None:
        return None
    value = float(sums.figure.values(totals[None, :])[0])
    found = jackknife_interval(sums, value, cluster="cluster", confidence=confidence)
    return found if isinstance(found, Interval) else None


def _without_one(rows: FloatArray, totals: FloatArray, study: ExpectedStudy) -> FloatArray:
    """Alpha without each cluster (samples × clusters)."""
    left = totals[:, None, :] - rows
    return study.figure.values(left.reshape(-1, rows.shape[2])).reshape(rows.shape[:2])


def _around(value: FloatArray, left_out: FloatArray, t: float) -> tuple[FloatArray, FloatArray]:
    n = left_out.shape[1]
    y, each = np.log(np.maximum(1 - value, NOTHING)), np.log(np.maximum(1 - left_out, NOTHING))
    error = np.sqrt((n - 1) * each.var(axis=1))
    with np.errstate(over="ignore"):
        return np.asarray(1 - np.exp(y + t * error)), np.asarray(1 - np.exp(y - t * error))


def _agreed(totals: FloatArray, study: ExpectedStudy, n_clusters: int) -> FloatArray:
    """What the perfect agreement that the upper limit allows for adds to the statistics: values in use, alike often."""
    counts = totals[:, study.marginals]
    values = np.maximum(FEWEST_AGREED * study.coders, ARTICLES_AGREED * counts.sum(axis=1) / n_clusters)
    used = counts > 0
    added = np.zeros_like(totals)
    added[:, study.marginals] = used * (values / np.maximum(used.sum(axis=1), 1))[:, None]
    return added
