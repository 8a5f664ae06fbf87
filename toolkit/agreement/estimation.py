"""From a reading to estimates: every cut of every measure, its value, reason, interval, second opinion and verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.bootstrap import Interval, bootstrap_interval, left_out_sums, resampled_sums
from toolkit.agreement.confirmation import confirm_alpha
from toolkit.agreement.estimate import CUSTOMARY_THRESHOLDS, About, Estimate, verdict_on
from toolkit.agreement.figure import Figure
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.patterns import Patterns
from toolkit.agreement.reading import Coverage, Reading
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import FEWEST_RELIABLE_CLUSTERS, LARGEST_UNDEFINED_SHARE, Resampling
from toolkit.files.arrays import FloatArray, IntArray

FEW_ANNOTATORS = "fewer than two annotators"
MOST_ANNOTATORS = 100
"""Annotators beyond which nobody reads a number for each pair: there would be thousands."""
TOO_MANY_ANNOTATORS = Reason("more than {:,} annotators", MOST_ANNOTATORS)

_COUNTS_AT_ONCE = 16_000_000
_ROWS_AT_ONCE = 30_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """A figure, the statistics it is computed from, and what they rest on: all that resampling needs.

    ``rows`` (G × K) are summed per cluster, or per pattern where units are drawn; ``sizes`` says how many identical
    ones each row stands for, ``clusters`` which clusters they are (empty where units are drawn). ``n_clusters`` counts
    those that hold a unit with two values.
    """

    figure: Figure
    rows: FloatArray
    sizes: IntArray
    clusters: IntArray
    n_clusters: int
    n_values: int
    coverage: Coverage

    @property
    def totals(self) -> FloatArray:
        """The statistics of the whole sample."""
        return np.asarray(self.sizes.astype(np.float64) @ self.rows)


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How sure a value is: its interval, or why there is none, and what the replicates said."""

    interval: Interval | None = None
    undefined_because: str | None = None
    replicates: int = 0
    undefined_replicates: int = 0
    share_below: Mapping[str, float] | None = None


def estimates_of(
    question: str, reading: Reading, measures: Sequence[Measure], resampling: Resampling
) -> list[Estimate]:
    """Return an estimate for every cut of every measure, in the order of the measures.

    A measure that cannot handle the values is one estimate without a value, with that reason. The target, if there is
    one, is for alpha over all annotators, which the package confirms where its memory allows.
    """
    annotators: tuple[str, ...] = ()
    if any(measure.names_annotators for measure in measures):
        annotators = reading.matrix.annotators
    planned: list[tuple[Measure, Cut | str]] = []
    for measure in measures:
        reason = measure.cannot_handle(reading.scale)
        if reason is None and measure.names_annotators and len(annotators) > MOST_ANNOTATORS:
            reason = TOO_MANY_ANNOTATORS
        cuts: list[Cut | str] = [reason] if reason else [*measure.cuts(reading.scale, annotators)]
        planned += [(measure, cut) for cut in cuts or [FEW_ANNOTATORS]]
    cuts_only = [cut for _, cut in planned if isinstance(cut, Cut)]
    sums = sums_of(cuts_only, reading)
    drawn = dict(zip(map(id, cuts_only), zip(sums, replicated(sums, resampling), strict=True), strict=True))
    estimates = []
    for measure, cut in planned:
        if isinstance(cut, str):
            estimates.append(_without_value(question, measure, reading, cut, resampling))
        else:
            estimates.append(_of_cut(question, measure, cut, reading, *drawn[id(cut)], resampling))
    return estimates


def replicated(sums: Sequence[Sums], resampling: Resampling) -> list[FloatArray | None]:
    """Return for each of ``sums`` its statistics in every replicate (replicates × K); None where nothing can be drawn.

    Whatever rests on the same number of clusters, or on the very same patterns, is drawn together.
    """
    together: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(sums):
        if resampling.replicates and int(one.sizes.sum()) > 1:
            together[
                ("clusters", len(one.sizes)) if resampling.clustered else ("patterns", one.sizes.tobytes())
            ].append(place)
    drawn: list[FloatArray | None] = [None] * len(sums)
    for places in together.values():
        for batch in _batches(places, sums):
            rows = np.hstack([sums[place].rows for place in batch])
            rng = np.random.default_rng(resampling.seed)
            parts = resampled_sums(rows, sums[batch[0]].sizes, replicates=resampling.replicates, rng=rng)
            ends = np.cumsum([sums[place].rows.shape[1] for place in batch])
            for place, part in zip(batch, np.split(parts, ends[:-1], axis=1), strict=True):
                drawn[place] = part
    return drawn


def uncertainty(
    value: float | None,
    sums: Sums,
    drawn: FloatArray | None,
    resampling: Resampling,
    *,
    thresholds: Mapping[str, float] | None = None,
) -> Uncertainty:
    """Return the interval of ``value`` from its replicates, or the reason why there is none."""
    if value is None:
        return Uncertainty(undefined_because="value undefined")
    if resampling.replicates == 0:
        return Uncertainty(undefined_because="no replicates asked for")
    if drawn is None or sums.n_clusters < 2:
        return Uncertainty(undefined_because=Reason("one {}", resampling.cluster))
    if resampling.replicates < resampling.fewest_replicates:
        return Uncertainty(undefined_because=Reason("{} replicates are too few", resampling.replicates))
    values = sums.figure.values(drawn)
    defined = values[~np.isnan(values)]
    undefined = len(values) - len(defined)
    if undefined > LARGEST_UNDEFINED_SHARE * len(values):
        why = sums.figure.undefined_because(drawn[int(np.flatnonzero(np.isnan(values))[0])])
        reason = Reason("{} in {} of {} replicates", why, undefined, len(values))
        return Uncertainty(None, reason, len(values), undefined)
    left_out = sums.figure.values(left_out_sums(sums.rows, sums.sizes))
    interval = bootstrap_interval(value, defined, left_out, sums.sizes, confidence=resampling.confidence)
    share = {name: float((defined < threshold).mean()) for name, threshold in (thresholds or {}).items()}
    return Uncertainty(interval, None, len(values), undefined, share or None)


def estimate_from(
    question: str,
    measure: str,
    level: str,
    sums: Sums,
    drawn: FloatArray | None,
    resampling: Resampling,
    *,
    n_categories: int,
    thresholds: Mapping[str, float] | None = None,
) -> Estimate:
    """Return the estimate of one figure from its sums and replicates."""
    undefined_because = sums.figure.undefined_because(sums.totals)
    value = None if undefined_because else float(sums.figure.values(sums.totals[None, :])[0])
    found = uncertainty(value, sums, drawn, resampling, thresholds=thresholds)
    interval = found.interval
    return Estimate(
        question=question,
        measure=measure,
        level=level,
        value=value,
        ci_low=interval.low if interval else None,
        ci_high=interval.high if interval else None,
        confidence=resampling.confidence,
        interval_method=interval.method if interval else None,
        interval_undefined_because=found.undefined_because,
        replicates=found.replicates,
        undefined_replicates=found.undefined_replicates,
        seed=resampling.seed,
        cluster=resampling.cluster if resampling.replicates else None,
        n_clusters=sums.n_clusters,
        interval_unreliable=interval is not None and sums.n_clusters < FEWEST_RELIABLE_CLUSTERS,
        n_units=sums.coverage.n_units,
        n_pairable=sums.coverage.n_pairable,
        coverage=sums.coverage.n_pairable / sums.coverage.n_units if sums.coverage.n_units else None,
        n_annotators=sums.coverage.n_annotators,
        n_categories=n_categories,
        n_values=sums.n_values,
        bootstrap_share_below=found.share_below,
        undefined_because=undefined_because,
        confirmed_by=None,
        target=None,
        verdict=None,
    )


def _of_cut(
    question: str,
    measure: Measure,
    cut: Cut,
    reading: Reading,
    sums: Sums,
    drawn: FloatArray | None,
    resampling: Resampling,
) -> Estimate:
    target = reading.target if cut.alpha is not None else None
    thresholds = {} if cut.alpha is None else dict(CUSTOMARY_THRESHOLDS)
    if target is not None:
        thresholds["target"] = target
    n_categories = 2 if cut.category is not None else reading.scale.n_categories
    found = estimate_from(
        question, measure.id, cut.level, sums, drawn, resampling, n_categories=n_categories, thresholds=thresholds
    )
    confirmed_by = None
    if cut.alpha is not None and found.value is not None:
        confirmed_by = confirm_alpha(found.value, reading.patterns.pairable(), cut.alpha.recipe)
    return replace(
        found,
        about=about_of(cut.category, cut.annotator, cut.other_annotator),
        category=cut.category,
        annotator=cut.annotator,
        other_annotator=cut.other_annotator,
        confirmed_by=confirmed_by,
        target=target,
        verdict=verdict_on(target, found.ci_low, found.ci_high),
    )


def about_of(category: str | None, annotator: str | None, other_annotator: str | None) -> About:
    """Return what a cut of a question is about, from what it looks at."""
    if annotator is not None:
        return "left_out" if other_annotator is None else "pair"
    return "whole" if category is None else "category"


def _without_value(question: str, measure: Measure, reading: Reading, reason: str, resampling: Resampling) -> Estimate:
    """What a measure says that cannot handle the values, or finds nobody to compare."""
    pairable = reading.patterns.pairable()
    nothing = Sums(
        figure=_Nothing(reason),
        rows=np.empty((0, 0)),
        sizes=np.empty(0, dtype=np.int64),
        clusters=np.empty(0, dtype=np.int64),
        n_clusters=_n_clusters(pairable),
        n_values=int(pairable.n_given[pairable.pattern_of_unit].sum()),
        coverage=reading.coverage,
    )
    level, n_categories = reading.scale.level, reading.scale.n_categories
    return estimate_from(question, measure.id, level, nothing, None, resampling, n_categories=n_categories)


@dataclass(frozen=True, slots=True)
class _Nothing:
    reason: str

    def statistics(self, rows: IntArray) -> FloatArray:
        return np.empty((len(rows), 0))

    def values(self, sums: FloatArray) -> FloatArray:
        return np.full(len(sums), np.nan)

    def undefined_because(self, _sums: FloatArray) -> str | None:
        return self.reason


def sums_of(cuts: Sequence[Cut], reading: Reading) -> list[Sums]:
    """Return the statistics of each cut, summed per cluster or pattern; cuts on the same patterns are added up
    together.
    """
    together: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, cut in enumerate(cuts):
        together[cut.columns, _counts_suffice(cut), cut.counts_single_units].append(place)
    found: dict[int, Sums] = {}
    for places in together.values():
        first = cuts[places[0]]
        patterns = reading.patterns if _counts_suffice(first) else reading.matrix.patterns(first.columns)
        pairable = patterns.pairable()
        used = patterns if first.counts_single_units else pairable
        statistics = [_statistics(cuts[place], used, reading.scale.n_values) for place in places]
        rows, sizes = used.grouped(np.hstack(statistics))
        clusters = used.clusters
        n_clusters, n_values = _n_clusters(pairable), int(pairable.n_given[pairable.pattern_of_unit].sum())
        coverage = reading.coverage_of(first.columns)
        ends = np.cumsum([part.shape[1] for part in statistics])
        for place, part in zip(places, np.split(rows, ends[:-1], axis=1), strict=True):
            found[place] = Sums(cuts[place].figure, part, sizes, clusters, n_clusters, n_values, coverage)
    return [found[place] for place in range(len(cuts))]


def _counts_suffice(cut: Cut) -> bool:
    """Whether annotators are interchangeable and all count; otherwise it takes codes."""
    return cut.columns is None and cut.reads == "counts"


def _statistics(cut: Cut, patterns: Patterns, n_values: int) -> FloatArray:
    if cut.reads == "codes" or not patterns.holds_codes:
        return cut.figure.statistics(patterns.rows)
    at_once = max(_COUNTS_AT_ONCE // max(n_values, 1), 1)
    parts = [
        cut.figure.statistics(patterns.counts(slice(first, first + at_once), n_values))
        for first in range(0, max(len(patterns.rows), 1), at_once)
    ]
    return np.concatenate(parts)


def _n_clusters(pairable: Patterns) -> int:
    if pairable.cluster_of_unit is None:
        return pairable.n_units
    return int((np.bincount(pairable.cluster_of_unit) > 0).sum())


def _batches(places: Sequence[int], sums: Sequence[Sums]) -> Iterator[list[int]]:
    """The places in turn, as many at once as memory takes."""
    batch: list[int] = []
    cells = 0
    for place in places:
        size = sums[place].rows.size
        if batch and cells + size > _ROWS_AT_ONCE:
            yield batch
            batch, cells = [], 0
        batch.append(place)
        cells += size
    yield batch
