"""From patterns to estimates: value, reason, interval, confirmation and verdict of alpha and percent agreement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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

    @property
    def fewest_replicates(self) -> int:
        """Replicates below which a tail of the interval holds less than one of them: 40 for 95 %.

        >>> Resampling("article").fewest_replicates
        40
        """
        return math.ceil(round(2 / (1 - self.confidence), 6))


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


def level_estimates(
    question: str,
    levels: Sequence[LevelOfValues],
    patterns: Patterns,
    coverage: Coverage,
    resampling: Resampling,
    *,
    percent_level: str,
    target: float | None = None,
) -> list[Estimate]:
    """Alpha at each of ``levels``, then percent agreement, all from the same replicates.

    Every alpha is confirmed by the package where its memory allows. The target is for alpha, so percent agreement, a
    mean over units, has none.
    """
    thresholds = dict(CUSTOMARY_THRESHOLDS) | ({} if target is None else {"target": target})
    asked = [_Asked(level.name, level.alpha, thresholds) for level in levels]
    *alphas, percent = _estimates(
        question, [*asked, _Asked(percent_level, PercentAgreement(), {})], patterns, coverage, resampling
    )
    judged = [
        replace(
            alpha,
            confirmed_by=None if alpha.value is None else confirm_alpha(alpha.value, patterns, level.recipe),
            target=target,
            verdict=verdict_on(target, alpha.ci_low, alpha.ci_high),
        )
        for level, alpha in zip(levels, alphas, strict=True)
    ]
    return [*judged, percent]


@dataclass(frozen=True, slots=True)
class _Asked:
    level: str
    measure: Measure
    thresholds: Mapping[str, float]


def _estimates(
    question: str, asked: Sequence[_Asked], patterns: Patterns, coverage: Coverage, resampling: Resampling
) -> list[Estimate]:
    pairable = patterns.pairable()
    statistics = [one.measure.statistics(pairable.counts) for one in asked]
    rows, sizes = pairable.grouped(np.hstack(statistics))
    n_clusters = int(sizes.sum())
    drawn = None
    if resampling.replicates and n_clusters > 1:
        rng = np.random.default_rng(resampling.seed)
        drawn = resampled_sums(rows, sizes, replicates=resampling.replicates, rng=rng)
    ends = np.cumsum([part.shape[1] for part in statistics])
    estimates = []
    for one, part, end in zip(asked, statistics, ends.tolist(), strict=True):
        columns = slice(end - part.shape[1], end)
        totals = sizes.astype(np.float64) @ rows[:, columns]
        undefined_because = one.measure.undefined_because(totals)
        value = None if undefined_because else float(one.measure.values(totals[None, :])[0])
        own = None if drawn is None else drawn[:, columns]
        uncertainty = _uncertainty(value, one, rows[:, columns], sizes, own, resampling)
        interval = uncertainty.interval
        estimates.append(
            Estimate(
                question=question,
                measure=one.measure.id,
                level=one.level,
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
        )
    return estimates


def _uncertainty(
    value: float | None,
    asked: _Asked,
    rows: FloatArray,
    sizes: IntArray,
    drawn: FloatArray | None,
    resampling: Resampling,
) -> _Uncertainty:
    if value is None:
        return _Uncertainty(undefined_because="value undefined")
    if resampling.replicates == 0:
        return _Uncertainty(undefined_because="no replicates asked for")
    if drawn is None:
        return _Uncertainty(undefined_because=f"one {resampling.cluster}")
    if resampling.replicates < resampling.fewest_replicates:
        return _Uncertainty(undefined_because=f"{resampling.replicates} replicates are too few")
    values = asked.measure.values(drawn)
    defined = values[~np.isnan(values)]
    undefined = len(values) - len(defined)
    if undefined > LARGEST_UNDEFINED_SHARE * len(values):
        reason = f"no variation in {undefined} of {len(values)} replicates"
        return _Uncertainty(None, reason, len(values), undefined)
    left_out = asked.measure.values(left_out_sums(rows, sizes))
    interval = bootstrap_interval(value, defined, left_out, sizes, confidence=resampling.confidence)
    share = {name: float((defined < threshold).mean()) for name, threshold in asked.thresholds.items()}
    return _Uncertainty(interval, None, len(values), undefined, share or None)
