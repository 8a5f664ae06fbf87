"""From a reading to estimates: every cut of every measure, its value, reason, interval, second opinion and verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.bootstrap import bootstrap_interval, resampled_sums
from toolkit.agreement.confirmation import confirm_alpha
from toolkit.agreement.estimate import CUSTOMARY_THRESHOLDS, About, Estimate, verdict_on
from toolkit.agreement.figure import without_rounding
from toolkit.agreement.interval import Interval
from toolkit.agreement.jackknife import jackknife_interval, odds_interval
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.other_annotators import with_annotators_left_out
from toolkit.agreement.reading import Reading
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import FEWEST_RELIABLE_CLUSTERS, LARGEST_UNDEFINED_SHARE, Resampling
from toolkit.agreement.sums import OnStep, Sums, sums_of, unwatched
from toolkit.files.arrays import FloatArray, IntArray

FEW_ANNOTATORS = "fewer than two annotators"
MOST_ANNOTATORS = 100
"""Annotators beyond which nobody reads a number for each pair: there would be thousands."""
TOO_MANY_ANNOTATORS = Reason("more than {:,} annotators", MOST_ANNOTATORS)

_ROWS_AT_ONCE = 30_000_000


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How sure a value is: its interval, or why there is none, and what the replicates said."""

    interval: Interval | None = None
    undefined_because: str | None = None
    replicates: int = 0
    undefined_replicates: int = 0
    share_below: Mapping[str, float] | None = None


def estimates_of(
    question: str,
    reading: Reading,
    measures: Sequence[Measure],
    resampling: Resampling,
    *,
    on_step: OnStep = unwatched,
) -> list[Estimate]:
    """Return an estimate for every cut of every measure, in the order of the measures.

    A measure that cannot handle the values is one estimate without a value, with that reason. The target, if there is
    one, is for alpha over all annotators, which the package confirms where its memory allows.
    """
    annotators: tuple[str, ...] = ()
    few = reading.coverage.n_annotators <= MOST_ANNOTATORS
    if few and any(measure.names_annotators for measure in measures):
        annotators = reading.matrix.annotators
    planned: list[tuple[Measure, Cut | str]] = []
    for measure in measures:
        reason = measure.cannot_handle(reading.scale)
        if reason is None and measure.names_annotators and not few:
            reason = TOO_MANY_ANNOTATORS
        cuts: list[Cut | str] = [reason] if reason else [*measure.cuts(reading.scale, annotators)]
        planned += [(measure, cut) for cut in cuts or [FEW_ANNOTATORS]]
    cuts_only = [cut for _, cut in planned if isinstance(cut, Cut)]
    sums = sums_of(cuts_only, reading, on_step=on_step)
    if resampling.annotators:
        sums = with_annotators_left_out(cuts_only, sums, reading)
    replicates = replicated(sums, resampling, needed=[cut.alpha is not None for cut in cuts_only])
    drawn = dict(zip(map(id, cuts_only), zip(sums, replicates, strict=True), strict=True))
    estimates = []
    for measure, cut in planned:
        if isinstance(cut, str):
            estimates.append(_without_value(question, measure, reading, cut, resampling))
        else:
            estimates.append(_of_cut(question, measure, cut, reading, *drawn[id(cut)], resampling))
    return estimates


def replicated(
    sums: Sequence[Sums], resampling: Resampling, *, needed: Sequence[bool] | None = None
) -> list[FloatArray | None]:
    """Return for each of ``sums`` its statistics in every replicate (replicates × K); None where nothing can be drawn.

    Whatever rests on the same number of clusters, or on the very same patterns, is drawn together. Figures whose
    interval is the jackknife's need none, but where ``needed`` says that thresholds are asked about.
    """
    together: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(sums):
        asked = one.lowest is None or (needed is not None and needed[place])
        if asked and resampling.replicates and int(one.sizes.sum()) > 1:
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
    """Return the interval of ``value``, or the reason why there is none, and the shares below the ``thresholds``."""
    if value is None:
        return Uncertainty(undefined_because="value undefined")
    if resampling.replicates == 0:
        return Uncertainty(undefined_because="no replicates asked for")
    if sums.n_clusters < 2:
        return Uncertainty(undefined_because=Reason("one {}", resampling.cluster))
    replicates = _Replicates.of(sums, drawn, thresholds or {})
    found: Interval | Reason
    if resampling.annotators and sums.without_annotator is None and not sums.named:
        found = Reason("for these annotators only")
    elif sums.lowest is None:
        found = _by_bootstrap(value, sums, replicates, resampling)
    elif sums.in_odds:
        found = odds_interval(sums, value, cluster=resampling.cluster, confidence=resampling.confidence)
    else:
        found = jackknife_interval(sums, value, cluster=resampling.cluster, confidence=resampling.confidence)
    interval, reason = (found, None) if isinstance(found, Interval) else (None, found)
    return Uncertainty(interval, reason, replicates.n, replicates.n_undefined, replicates.share_below)


@dataclass(frozen=True, slots=True, eq=False)
class _Replicates:
    """The figure in the replicates that have one, and how many have none."""

    defined: FloatArray
    n_undefined: int
    undefined_because: Reason | None
    """That too many have none, and why the first of those has not."""
    share_below: Mapping[str, float] | None

    @classmethod
    def of(cls, sums: Sums, drawn: FloatArray | None, thresholds: Mapping[str, float]) -> _Replicates:
        if drawn is None:
            return cls(np.empty(0), 0, None, None)
        values = sums.figure.values(drawn)
        undefined = np.isnan(values)
        n = int(undefined.sum())
        if n > LARGEST_UNDEFINED_SHARE * len(values):
            why = sums.figure.undefined_because(drawn[int(np.flatnonzero(undefined)[0])])
            reason = Reason("{} in {} of {} replicates", why, n, len(values))
            return cls(values[~undefined], n, reason, None)
        defined = values[~undefined]
        share = {name: float((defined < threshold).mean()) for name, threshold in thresholds.items()}
        return cls(defined, n, None, share or None)

    @property
    def n(self) -> int:
        """How many were drawn."""
        return len(self.defined) + self.n_undefined


def _by_bootstrap(value: float, sums: Sums, found: _Replicates, resampling: Resampling) -> Interval | Reason:
    if found.n == 0:
        return Reason("one {}", resampling.cluster)
    if found.n < resampling.fewest_replicates:
        return Reason("{} replicates are too few", found.n)
    if found.undefined_because is not None:
        return found.undefined_because
    left_out = sums.figure.values(sums.left_out)
    return bootstrap_interval(value, found.defined, left_out, sums.sizes, confidence=resampling.confidence)


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
    value = None if undefined_because else without_rounding(float(sums.figure.values(sums.totals[None, :])[0]))
    found = uncertainty(value, sums, drawn, resampling, thresholds=thresholds)
    interval = found.interval
    return Estimate(
        question=question,
        measure=measure,
        level=level,
        value=value,
        ci_low=without_rounding(interval.low) if interval else None,
        ci_high=without_rounding(interval.high) if interval else None,
        confidence=resampling.confidence,
        interval_method=interval.method if interval else None,
        interval_undefined_because=found.undefined_because,
        replicates=found.replicates,
        undefined_replicates=found.undefined_replicates,
        seed=resampling.seed,
        cluster=resampling.cluster if resampling.replicates else None,
        n_clusters=sums.n_clusters,
        interval_unreliable=_is_unreliable(interval, sums),
        n_units=sums.coverage.n_units,
        n_pairable=sums.coverage.n_pairable,
        coverage=sums.coverage.n_pairable / sums.coverage.n_units if sums.coverage.n_units else None,
        n_annotators=sums.coverage.n_annotators,
        annotators_per_unit=sums.coverage.per_unit or None,
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
    if cut.alpha is not None and found.value is not None and reading.summed is None:
        confirmed_by = confirm_alpha(found.value, reading.patterns.pairable(), cut.alpha.recipe)
    observed = expected = None
    if cut.alpha is not None and sums.n_compared:
        both = cut.alpha.alpha.disagreements(sums.totals[None, :])
        observed, expected = float(both.observed[0]), float(both.expected[0])
    return replace(
        found,
        observed_disagreement=observed,
        expected_disagreement=expected,
        about=about_of(cut.category, cut.annotator, cut.other_annotator),
        category=cut.category,
        annotator=cut.annotator,
        other_annotator=cut.other_annotator,
        confirmed_by=confirmed_by,
        target=target,
        verdict=verdict_on(target, found.ci_low, found.ci_high),
    )


def _is_unreliable(interval: Interval | None, sums: Sums) -> bool:
    """Whether the interval is known to be too short: the bootstrap's are with few clusters."""
    return interval is not None and sums.lowest is None and sums.n_clusters < FEWEST_RELIABLE_CLUSTERS


def about_of(category: str | None, annotator: str | None, other_annotator: str | None) -> About:
    """Return what a cut of a question is about, from what it looks at."""
    if annotator is not None:
        return "left_out" if other_annotator is None else "pair"
    return "whole" if category is None else "category"


def _without_value(question: str, measure: Measure, reading: Reading, reason: str, resampling: Resampling) -> Estimate:
    """What a measure says that cannot handle the values, or finds nobody to compare."""
    nothing = Sums(
        figure=_Nothing(reason),
        rows=np.empty((0, 0)),
        sizes=np.empty(0, dtype=np.int64),
        clusters=np.empty(0, dtype=np.int64),
        n_clusters=reading.n_clusters,
        n_values=reading.n_values,
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
