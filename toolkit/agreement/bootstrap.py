"""How much a figure would move with other clusters (or units): bootstrap replicates and the interval from them.

Whole clusters are drawn with replacement (Davison & Hinkley 1997, pp. 100–101; Field & Welsh 2007, *JRSS B* 69(3),
369–390), or single units where there are no clusters. The interval is BCa: bias-corrected and accelerated (Efron 1987,
*JASA* 82(397), 171–185; Efron & Tibshirani 1993, pp. 184–188), with the acceleration from a jackknife over clusters.
Where BCa does not exist (every replicate on one side of the value, a jackknife value missing or none differing) the
percentile interval is used and named.

This is resampling of units, not the KALPHA macro's resampling of pairwise deviations with expected disagreement fixed.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from toolkit.agreement.interval import Interval
from toolkit.files.arrays import FloatArray, IntArray

_DRAWS_AT_ONCE = 4_000_000
_DRAWS_PER_MULTINOMIAL_CELL = 4
_TIE = 1e-12
_NORMAL = NormalDist()


def resampled_sums(rows: FloatArray, sizes: IntArray, *, replicates: int, rng: np.random.Generator) -> FloatArray:
    """Return sums of statistics in each replicate (replicates × K).

    ``rows`` (G × K) are the statistics of what is drawn, ``sizes`` how many identical clusters each row stands for;
    a replicate draws as many as there are with replacement.
    """
    total = int(sizes.sum())
    if len(sizes) * _DRAWS_PER_MULTINOMIAL_CELL <= total:
        return _by_multinomial(rows, sizes / total, total, replicates, rng)
    row_of_draw = None if total == len(sizes) else np.repeat(np.arange(len(sizes)), sizes)
    sums = np.empty((replicates, rows.shape[1]))
    at_once = max(_DRAWS_AT_ONCE // total, 1)
    for start in range(0, replicates, at_once):
        n = min(at_once, replicates - start)
        drawn = rng.integers(0, total, size=(n, total))
        if row_of_draw is not None:
            drawn = row_of_draw[drawn]
        drawn += (np.arange(n) * len(sizes))[:, None]
        times = np.bincount(drawn.ravel(), minlength=n * len(sizes)).reshape(n, len(sizes))
        sums[start : start + n] = times.astype(np.float64) @ rows
    return sums


def _by_multinomial(
    rows: FloatArray, shares: FloatArray, n_drawn: int, replicates: int, rng: np.random.Generator
) -> FloatArray:
    """The same where many draws fall on few rows: how often each row is drawn, rather than draw by draw."""
    sums = np.empty((replicates, rows.shape[1]))
    at_once = max(_DRAWS_AT_ONCE // len(rows), 1)
    for start in range(0, replicates, at_once):
        n = min(at_once, replicates - start)
        sums[start : start + n] = rng.multinomial(n_drawn, shares, size=n).astype(np.float64) @ rows
    return sums


def bootstrap_interval(
    value: float, replicates: FloatArray, left_out: FloatArray, sizes: IntArray, *, confidence: float
) -> Interval:
    """Return the BCa interval of ``value`` from its defined replicates, percentile where BCa does not exist.

    ``left_out`` is the figure with one cluster of each row left out, ``sizes`` how many such clusters there are.
    """
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    corrected = _bca_tails(value, replicates, left_out, sizes, tails)
    low, high = np.quantile(replicates, corrected or tails)
    return Interval(float(low), float(high), "bca" if corrected else "percentile")


def _bca_tails(
    value: float, replicates: FloatArray, left_out: FloatArray, sizes: IntArray, tails: tuple[float, float]
) -> tuple[float, float] | None:
    """Efron & Tibshirani (1993), eq. 14.10, 14.14 and 14.15; a replicate equal to the value counts half below."""
    tied = np.abs(replicates - value) <= _TIE
    below = float(((replicates < value) & ~tied).mean() + tied.mean() / 2)
    if not 0 < below < 1 or np.isnan(left_out).any():
        return None
    deviation = np.average(left_out, weights=sizes) - left_out
    spread = float(sizes @ deviation**2)
    if spread <= _TIE**2 * int(sizes.sum()):
        return None
    acceleration = float(sizes @ deviation**3) / (6 * spread**1.5)
    bias = _NORMAL.inv_cdf(below)
    corrected: list[float] = []
    for tail in tails:
        shifted = bias + _NORMAL.inv_cdf(tail)
        if acceleration * shifted >= 1:
            return None
        corrected.append(_NORMAL.cdf(bias + shifted / (1 - acceleration * shifted)))
    return corrected[0], corrected[1]
