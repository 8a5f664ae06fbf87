"""Every number about one question of marked spans: tokens per label, characters, and the measures made for spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from toolkit.agreement.analysis import Asked, Numbers, reading_estimates
from toolkit.agreement.annotator_groups.between import between_estimates
from toolkit.agreement.coded_question import CodedSpans
from toolkit.agreement.differences import DIFFERENCE, difference_estimates, difference_of
from toolkit.agreement.estimate import Estimate, verdict_on
from toolkit.agreement.estimation import about_of, estimate_from, replicated
from toolkit.agreement.groups import Grouping, group_of_annotators
from toolkit.agreement.measures import headline_measures
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.reading import Coverage, mean_of_pairable
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.span_measures import SpanCut, SpanFigure, SpanMeasure, Whole, span_measures
from toolkit.agreement.spans.codings import SpanCodings
from toolkit.agreement.spans.continuum import continuum, no_continuum_because
from toolkit.agreement.spans.span_readings import cluster_numbers, codings_of, span_readings
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import FloatArray, IntArray


def span_numbers(coded: CodedSpans, asked: Asked) -> Numbers:
    """Return everything asked for about one question of spans.

    Tokens need the units' texts; without them the headline is the alpha of characters.
    """
    estimates = [*_of_all(coded, asked)]
    for by, grouping in coded.by.items():
        headline = Asked(resampling=asked.resampling)
        for place, name in enumerate(grouping.groups):
            part = _of_all(_part(coded, grouping, place), headline)
            estimates += [replace(one, about="group", headline=False, by=by, group=name) for one in part]
        compared = asked.compared.get(by, ())
        together = replace(asked, resampling=asked.resampling.together(len(compared)))
        for later, earlier in compared:
            places = [grouping.groups.index(name) for name in (later, earlier)]
            for estimate in _differences(coded, grouping, places, together):
                estimates.append(replace(estimate, about="difference", by=by, group=later, against=earlier))
    estimates += _between(coded, asked)
    alone = {
        by: {
            (coded.annotators if by in coded.of_annotators else coded.units)[entry]
            for entry in np.flatnonzero(one.group == MISSING)
        }
        for by, one in coded.by.items()
    }
    return Numbers(
        estimates=tuple(estimates),
        n_merged_spans=_n_merged(coded) if asked.span_measures else 0,
        n_ungrouped={by: len(units) for by, units in alone.items() if units},
    )


def _between(coded: CodedSpans, asked: Asked) -> Iterator[Estimate]:
    """Groups of annotators with each other, label by label; nothing without texts, which tokens need."""
    if coded.texts is None or not coded.of_annotators:
        return
    for reading in span_readings(coded, coded.texts):
        for by in sorted(coded.of_annotators):
            grouping = coded.by[by]
            group_of = group_of_annotators(coded.annotators, grouping)
            yield from between_estimates(coded.question, reading, by, grouping.groups, group_of, asked.resampling)


def _n_merged(coded: CodedSpans) -> int:
    codings = codings_of(coded)
    return 0 if no_continuum_because(codings) else continuum(codings).n_merged


def _differences(coded: CodedSpans, grouping: Grouping, places: Sequence[int], asked: Asked) -> Iterator[Estimate]:
    """How far two groups differ: tokens label by label where there are texts, and the headline measures of spans."""
    numbers = cluster_numbers(coded)
    later, earlier = (_part(coded, grouping, place) for place in places)
    if coded.texts is not None:
        parts = (span_readings(part, coded.texts, numbers) for part in (later, earlier))
        for of_later, of_earlier in zip(*parts, strict=True):
            yield from difference_estimates(coded.question, of_later, of_earlier, headline_measures(), asked.resampling)
    for measure in _headline():
        cuts = [list(measure.cuts(codings_of(part, numbers))) for part in (later, earlier)]
        both = [difference_of(_sums(one), _sums(other)) for one, other in zip(*cuts, strict=True)]
        drawn = replicated(both, asked.resampling)
        for cut, sums, replicates in zip(cuts[0], both, drawn, strict=True):
            found = estimate_from(
                coded.question,
                measure.id + DIFFERENCE,
                cut.level,
                sums,
                replicates,
                asked.resampling,
                n_categories=cut.n_categories,
            )
            yield replace(found, category=cut.category)


def character_sums(coded: CodedSpans) -> Iterator[tuple[str, Sums]]:
    """Yield the level and what it is computed from of each headline alpha of spans without texts."""
    codings = codings_of(coded)
    for measure in _headline():
        for cut in measure.cuts(codings):
            yield cut.level, _sums(cut)


def targeted_characters(coded: CodedSpans) -> Iterator[tuple[str, Sums, float]]:
    """Yield level, what it is computed from and target of each headline alpha of spans without texts that has one."""
    codings = codings_of(coded)
    for measure in _headline():
        for cut in measure.cuts(codings):
            target = _target(coded, cut.category)
            if target is not None:
                yield cut.level, _sums(cut), target


def _target(coded: CodedSpans, label: str | None) -> float | None:
    """One number is for all labels together and for each; a map for the labels it names."""
    return coded.target.get(label or "") if isinstance(coded.target, Mapping) else coded.target


def _headline() -> list[SpanMeasure]:
    return [measure for measure in span_measures() if measure.headline]


def _of_all(coded: CodedSpans, asked: Asked) -> Iterator[Estimate]:
    if coded.texts is not None:
        for reading in span_readings(coded, coded.texts):
            yield from reading_estimates(coded.question, [reading], asked.resampling, asked=asked.measures)
            reading.forget_matrix()
    codings = codings_of(coded)
    for measure in span_measures():
        if not measure.headline and measure not in asked.span_measures:
            continue
        for estimate in span_estimates(coded.question, measure, codings, asked.resampling):
            if not measure.headline or coded.texts is not None:
                yield estimate
                continue
            target = _target(coded, estimate.category)
            verdict = verdict_on(target, estimate.ci_low, estimate.ci_high)
            yield replace(estimate, headline=True, target=target, verdict=verdict)


def span_estimates(
    question: str, measure: SpanMeasure, codings: SpanCodings, resampling: Resampling
) -> Iterator[Estimate]:
    """Yield the estimates of every cut of one measure."""
    named: list[SpanCut] = []
    sums: list[Sums] = []
    rests_on: tuple[SpanCodings, Coverage] | None = None
    for cut in measure.cuts(codings):
        if rests_on is None or rests_on[0] is not cut.codings:
            rests_on = cut.codings, _coverage(cut.codings)
        sums.append(_sums(cut, rests_on[1]))
        named.append(replace(cut, codings=codings, statistics=None))  # of all pairs together they would fill memory
    for cut, one, drawn in zip(named, sums, replicated(sums, resampling), strict=True):
        found = estimate_from(question, measure.id, cut.level, one, drawn, resampling, n_categories=cut.n_categories)
        if isinstance(cut.figure, Whole) and found.value is not None:
            found = replace(
                found,
                interval_undefined_because=cut.figure.not_resampled_because,
                interval_method=None,
                replicates=0,
            )
        yield replace(
            found,
            about=about_of(cut.category, cut.annotator, cut.other_annotator),
            category=cut.category,
            annotator=cut.annotator,
            other_annotator=cut.other_annotator,
        )


def _coverage(codings: SpanCodings) -> Coverage:
    return Coverage(
        len(codings.units),
        len(codings.pairable().units),
        len(np.unique(codings.annotator)),
        mean_of_pairable(codings.annotators_of_unit),
    )


def _sums(cut: SpanCut, coverage: Coverage | None = None) -> Sums:
    """What a cut is computed from; ``coverage`` is what its codings rest on, where that is known."""
    coverage = coverage or _coverage(cut.codings)
    if cut.statistics is None or isinstance(cut.figure, Whole):
        figure = cut.figure if isinstance(cut.figure, Whole) else Whole(None, "no overlap", "no overlap")
        nothing = np.empty(0, dtype=np.int64)
        return Sums(
            figure=_AsItIs(figure),
            rows=np.empty((0, 0)),
            sizes=nothing,
            clusters=nothing,
            n_clusters=0,
            n_values=cut.n_values,
            coverage=coverage,
        )
    rows, sizes = cut.statistics.grouped()
    return Sums(
        figure=_OnSums(cut.figure),
        rows=rows,
        sizes=sizes,
        clusters=np.unique(cut.statistics.cluster),
        n_clusters=len(np.unique(cut.codings.pairable().cluster)),
        n_values=cut.n_values,
        coverage=coverage,
        lowest=cut.lowest,
        n_telling=None if cut.tells is None else int(sizes[cut.tells(rows)].sum()),
        n_compared=cut.n_compared,
        named=cut.annotator is not None,
        made_up=cut.made_up,
    )


class _OnSums:
    """A figure on spans as the engine takes it: its statistics are there already."""

    def __init__(self, figure: SpanFigure) -> None:
        self.values = figure.values
        self.undefined_because = figure.undefined_because

    def statistics(self, rows: IntArray) -> FloatArray:
        """Raise ``TypeError``: spans are counted unit by unit."""
        raise TypeError(f"spans are not counted from {len(rows)} rows of codes")


class _AsItIs:
    """A value that no sums are needed for."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return rows without columns."""
        return np.empty((len(rows), 0))

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the value, whatever the sums."""
        return np.full(len(sums), np.nan if self._whole.value is None else self._whole.value)

    def undefined_because(self, _sums: FloatArray) -> str | None:
        """Return the reason there is no value."""
        return self._whole.undefined_because


def _part(coded: CodedSpans, grouping: Grouping, place: int) -> CodedSpans:
    """The entries of one group."""
    chosen: Sequence[int] = np.flatnonzero(grouping.group == place).tolist()
    return replace(
        coded,
        units=[coded.units[entry] for entry in chosen],
        annotators=[coded.annotators[entry] for entry in chosen],
        marks=[coded.marks[entry] for entry in chosen],
        lengths=[coded.lengths[entry] for entry in chosen],
        clusters=None if coded.clusters is None else [coded.clusters[entry] for entry in chosen],
        by={},
        decisions=None if coded.decisions is None else [coded.decisions[entry] for entry in chosen],
    )
