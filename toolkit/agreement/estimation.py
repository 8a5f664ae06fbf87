"""From patterns to estimates: value, reason, interval, confirmation and verdict of alpha and percent agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.bootstrap import Interval, bootstrap_interval, left_out_sums, resampled_sums
from toolkit.agreement.confirmation import confirm_alpha
from toolkit.agreement.estimate import CUSTOMARY_THRESHOLDS, Cluster, Estimate, verdict_on
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.measure import Measure
from toolkit.agreement.patterns import Patterns
from toolkit.agreement.percent_agreement import PercentAgreement
from toolkit.agreement.ratings import FloatArray, IntArray

FEWEST_RELIABLE_CLUSTERS = 10
LARGEST_UNDEFINED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Resampling:
    """What is drawn (articles or units), how often, from which seed, and for which confidence."""

    cluster: Cluster
    replicates: int = 2000
    seed: int = 0
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.replicates < 0:
            raise ValueError(f"replicates must be 0 or more, not {self.replicates}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, not {self.confidence}")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the values of one question rest on; the same for every measure of it."""

    n_units: int
    n_pairable: int
    n_annotators: int
    n_categories: int


@dataclass(frozen=True, slots=True)
class _Uncertainty:
    interval: Interval | None = None
    undefined_because: str | None = None
    replicates: int = 0
    undefined_replicates: int = 0
    share_below: Mapping[str, float] | None = None


def alpha_estimate(
    question: str,
    level: LevelOfValues,
    patterns: Patterns,
    coverage: Coverage,
    resampling: Resampling,
    *,
    target: float | None = None,
) -> Estimate:
    """Krippendorff's alpha at ``level``, confirmed by the package where its memory allows."""
    thresholds = dict(CUSTOMARY_THRESHOLDS) | ({} if target is None else {"target": target})
    estimate = _estimate(question, level.name, level.alpha, patterns, coverage, resampling, thresholds)
    confirmed_by = None if estimate.value is None else confirm_alpha(estimate.value, patterns, level.recipe)
    return replace(
        estimate,
        confirmed_by=confirmed_by,
        target=target,
        verdict=verdict_on(target, estimate.ci_low, estimate.ci_high),
    )


def percent_estimate(
    question: str, level: str, patterns: Patterns, coverage: Coverage, resampling: Resampling
) -> Estimate:
    """Percent agreement (mean over units) on the same values; targets are for alpha, so it has none."""
    return _estimate(question, level, PercentAgreement(), patterns, coverage, resampling, {})


def _estimate(
    question: str,
    level: str,
    measure: Measure,
    patterns: Patterns,
    coverage: Coverage,
    resampling: Resampling,
    thresholds: Mapping[str, float],
) -> Estimate:
    pairable = patterns.pairable()
    rows, sizes = pairable.grouped(measure.statistics(pairable.counts))
    totals = sizes.astype(np.float64) @ rows
    undefined_because = measure.undefined_because(totals)
    value = None if undefined_because else float(measure.values(totals[None, :])[0])
    uncertainty = _uncertainty(value, measure, rows, sizes, resampling, thresholds)
    interval = uncertainty.interval
    n_clusters = int(sizes.sum())
    return Estimate(
        question=question,
        measure=measure.id,
        level=level,
        value=value,
        ci_low=interval.low if interval else None,
        ci_high=interval.high if interval else None,
        confidence=resampling.confidence,
        interval_method=interval.method if interval else None,
        interval_undefined_because=uncertainty.undefined_because,
        replicates=uncertainty.replicates,
        undefined_replicates=uncertainty.undefined_replicates,
        seed=resampling.seed,
        cluster=resampling.cluster if resampling.replicates else None,
        n_clusters=n_clusters,
        interval_unreliable=interval is not None and n_clusters < FEWEST_RELIABLE_CLUSTERS,
        n_units=coverage.n_units,
        n_pairable=coverage.n_pairable,
        n_annotators=coverage.n_annotators,
        n_categories=coverage.n_categories,
        n_values=int((pairable.counts.sum(axis=1) * pairable.weights).sum()),
        bootstrap_share_below=uncertainty.share_below,
        undefined_because=undefined_because,
        confirmed_by=None,
        target=None,
        verdict=None,
    )


def _uncertainty(
    value: float | None,
    measure: Measure,
    rows: FloatArray,
    sizes: IntArray,
    resampling: Resampling,
    thresholds: Mapping[str, float],
) -> _Uncertainty:
    if value is None:
        return _Uncertainty(undefined_because="value undefined")
    if resampling.replicates == 0:
        return _Uncertainty(undefined_because="no replicates asked for")
    if int(sizes.sum()) < 2:
        return _Uncertainty(undefined_because=f"one {resampling.cluster}")
    rng = np.random.default_rng(resampling.seed)
    drawn = measure.values(resampled_sums(rows, sizes, replicates=resampling.replicates, rng=rng))
    defined = drawn[~np.isnan(drawn)]
    undefined = len(drawn) - len(defined)
    if undefined > LARGEST_UNDEFINED_SHARE * len(drawn):
        reason = f"no variation in {undefined} of {len(drawn)} replicates"
        return _Uncertainty(None, reason, len(drawn), undefined)
    left_out = measure.values(left_out_sums(rows, sizes))
    interval = bootstrap_interval(value, defined, left_out, sizes, confidence=resampling.confidence)
    share = {name: float((defined < threshold).mean()) for name, threshold in thresholds.items()}
    return _Uncertainty(interval, None, len(drawn), undefined, share or None)
