"""The interval of a share of answers, some of them known because annotators differ, others because they were drawn.

Of what was drawn, few answers stand for many. Where none of the few is wrong, leaving out clusters shows nothing of the
errors that were not met, and one that is wrong weighs as much as a cluster. So the two are looked at one by one. With
D and S the shares right of the disputed and of the drawn answers, p the share of all (weighed) answers that are
disputed, the share is pD + (1 − p)S, and its limits are as far from it as

    √[ (p(D − l_D))² + ((1 − p)(S − l_S))² + ((S − D) · t·SE_p)² ]

with l and u the limits of D and S, which allow for what was not met, and SE_p the jackknife's over clusters: the
distances of limits put together as variances are (Zou & Donner 2008, *Statistics in Medicine* 27(10), 1693-1702).
``benchmarks/adjudicated.py`` simulates how often such limits lie on the wrong side of the truth.
"""

from __future__ import annotations

from math import hypot
from statistics import NormalDist

from toolkit.agreement.interval import Interval
from toolkit.agreement.jackknife import jackknife_interval, standard_error
from toolkit.agreement.known.cases import Cases
from toolkit.agreement.known.share import share_sums
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.student import as_far_out
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import BoolArray

NOT_DRAWN = "no agreed unit drawn"
NEVER = "only ties decided on"


def interval_of_both(right: BoolArray, among: BoolArray, cases: Cases, resampling: Resampling) -> Interval | Reason:
    """Return the interval of the share of the answers ``among`` that are ``right``, or why there is none.

    Some of them are drawn. Where the disputed ones have no limits (they lie in one cluster), these are 0 and 1.
    """
    sampled = among & cases.sampled
    others = among & ~cases.sampled
    of_drawn = _with_limits(right, sampled, cases, resampling)
    if isinstance(of_drawn, Reason):
        return of_drawn
    s, limits_of_s = of_drawn
    if not others.any():
        return limits_of_s
    known = _sums(right, others, cases)
    d = _value(known)
    found = _with_limits(right, others, cases, resampling)
    limits_of_d = Interval(0.0, 1.0, "jackknife") if isinstance(found, Reason) else found[1]
    parts = _sums(others, among, cases)
    p, by_parts = _value(parts), abs(s - d) * _distance(parts, resampling)
    value = p * d + (1 - p) * s
    below = hypot(p * (d - limits_of_d.low), (1 - p) * (s - limits_of_s.low), by_parts)
    above = hypot(p * (limits_of_d.high - d), (1 - p) * (limits_of_s.high - s), by_parts)
    return Interval(max(value - below, 0.0), min(value + above, 1.0), "jackknife")


def _with_limits(
    right: BoolArray, among: BoolArray, cases: Cases, resampling: Resampling
) -> tuple[float, Interval] | Reason:
    sums = _sums(right, among, cases)
    value = _value(sums)
    found = jackknife_interval(sums, value, cluster=resampling.cluster, confidence=resampling.confidence)
    return found if isinstance(found, Reason) else (value, found)


def _sums(counted: BoolArray, among: BoolArray, cases: Cases) -> Sums:
    places = cases.drawn, cases.unit, cases.annotator
    return share_sums(counted, among, *places, NOT_DRAWN, weights=cases.weight)


def _distance(parts: Sums, resampling: Resampling) -> float:
    """How far the share of the disputed answers may be from what it is: t·SE, at most 1."""
    n = parts.n_clusters
    if n < 2:
        return 1.0
    t = as_far_out(NormalDist().inv_cdf((1 + resampling.confidence) / 2), n - 1)
    return min(t * standard_error(parts.figure.values(parts.left_out), parts.sizes), 1.0)


def _value(sums: Sums) -> float:
    return float(sums.figure.values(sums.totals[None, :])[0])
