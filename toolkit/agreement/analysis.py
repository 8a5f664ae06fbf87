"""Every number about one question: at each of its readings, judged or not, and within parts of the units."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from toolkit.agreement import levels
from toolkit.agreement.coded_question import CodedQuestion, CountedQuestion
from toolkit.agreement.diagnosis.judged import MissingShare, missing_shares
from toolkit.agreement.diagnosis.pair_range import PairRange, pair_range
from toolkit.agreement.diagnosis.prevalence import Prevalence, reading_prevalences, skew_sentence
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimates_of
from toolkit.agreement.groups import group_estimates
from toolkit.agreement.measures import Measure, headline_measures
from toolkit.agreement.measures import measures as every_measure
from toolkit.agreement.question_readings import on_domain
from toolkit.agreement.reading import Reading, reading_of
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.scale import Scale

if TYPE_CHECKING:
    from toolkit.agreement.diagnosis.group_over_use import GroupOverUse
    from toolkit.agreement.span_measures import SpanMeasure

JUDGED = "nominal:judged"
"""Level of the agreement on whether a missing category ("cannot be judged") applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be computed beside the headline: measures by name, parts of the units, and parts compared."""

    resampling: Resampling
    measures: tuple[Measure, ...] = ()
    """Beside the headline measures, which are given wherever they exist."""
    span_measures: tuple[SpanMeasure, ...] = ()
    """The same for questions of spans, beside tokens."""
    compared: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """By what, which groups are compared: (later, earlier)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The estimates of one question and what stands beside them."""

    estimates: tuple[Estimate, ...]
    prevalences: tuple[Prevalence, ...] = ()
    """How often each category was given; empty for numbers and spans."""
    skew: str | None = None
    """One sentence where percent agreement is high and alpha low because one category dominates."""
    missing: tuple[MissingShare, ...] = ()
    """How often each missing category was given."""
    pairs: PairRange | None = None
    """Between which values alpha of two annotators lies."""
    n_merged_spans: int = 0
    """Overlapping spans of one label by one annotator that unitizing measures took as one."""
    n_ungrouped: Mapping[str, int] = field(default_factory=dict)
    """Units in no group, by what units were divided by; annotators, where these were; nothing where all are in one."""
    group_over_use: tuple[GroupOverUse, ...] = ()
    """Which group of annotators uses what more or less than the others, where annotators were divided."""


def question_numbers(
    coded: CodedQuestion | CountedQuestion, asked: Asked, readings: Sequence[Reading] | None = None
) -> Numbers:
    """Return everything asked for about one question whose answers are not spans."""
    found = coded.readings() if readings is None else readings
    estimates = [*reading_estimates(coded.question, found, asked.resampling, asked=asked.measures)]
    prevalent = reading_prevalences(found[0])
    numbers = Numbers(
        estimates=(*estimates, *judged_estimates(coded, asked.resampling)),
        prevalences=prevalent,
        skew=_skew(estimates, prevalent, found[0]),
        missing=_missing(coded),
        pairs=pair_range(found[0]),
    )
    return _with_parts(numbers, coded, found[0], asked)


def _with_parts(numbers: Numbers, coded: CodedQuestion | CountedQuestion, whole: Reading, asked: Asked) -> Numbers:
    """The numbers with those of the parts of units, and of annotators, that the question is divided into."""
    estimates, n_ungrouped = [*numbers.estimates], dict[str, int]()
    group_of: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {}
    for by in coded.by:
        parts = coded.parts(by)
        estimates += group_estimates(
            coded.question,
            by,
            parts,
            read=coded.reading,
            measures=headline_measures(),
            resampling=asked.resampling,
            compared=asked.compared.get(by, ()),
        )
        n_ungrouped |= {by: parts.n_ungrouped} if parts.n_ungrouped else {}
        if parts.group_of is not None:
            group_of[by] = parts.groups, parts.group_of
    used: list[GroupOverUse] = []
    for by, (groups, of_annotator) in sorted(group_of.items()):
        from toolkit.agreement.annotator_groups.between import between_estimates
        from toolkit.agreement.diagnosis.group_over_use import group_over_use

        in_order = replace(whole, make_matrix=whole.matrix.ordered)
        estimates += between_estimates(coded.question, in_order, by, groups, of_annotator, asked.resampling)
        used += group_over_use(in_order, by, groups, of_annotator, asked.resampling)
    return replace(numbers, estimates=tuple(estimates), n_ungrouped=n_ungrouped, group_over_use=tuple(used))


def reading_estimates(
    question: str,
    readings: Sequence[Reading],
    resampling: Resampling,
    *,
    asked: Sequence[Measure] = (),
) -> tuple[Estimate, ...]:
    """Return alpha of all readings of a question, the other headline measures that exist there, and those ``asked``
    for.

    These only at the question's own level. Alpha, and a measure that was asked for, say so where they cannot handle the
    values.
    """
    alpha = every_measure()[0]
    estimates: list[Estimate] = []
    for reading in readings:
        wanted = set(asked) if reading.whole else set()
        chosen = [
            measure
            for measure in every_measure()
            if measure in wanted or measure is alpha or (measure.headline and not measure.cannot_handle(reading.scale))
        ]
        estimates += [
            replace(estimate, headline=estimate.measure == alpha.id)
            for estimate in estimates_of(question, reading, chosen, resampling)
        ]
    return tuple(estimates)


def judged_estimates(coded: CodedQuestion | CountedQuestion, resampling: Resampling) -> Iterator[Estimate]:
    """Yield for each missing category the headline measures of "this category" against any other answer."""
    if coded.with_missing is None:
        return
    for code in coded.missing:
        judged = coded.with_missing.recoded(partial(_is, code))
        both = (False, True)
        level = levels.nominal(2, name=JUDGED)
        scale = Scale(level=JUDGED, domain=both, n_categories=2, alphas=(level,))
        reading = reading_of(on_domain(judged, both), scale, whole=False)
        for estimate in reading_estimates(coded.question, [reading], resampling):
            yield replace(estimate, about="judged", headline=False, category=code)


def _is(code: str, value: Hashable) -> Hashable:
    return value == code


def _missing(coded: CodedQuestion | CountedQuestion) -> tuple[MissingShare, ...]:
    if coded.with_missing is None:
        return ()
    domain = tuple(dict.fromkeys([*coded.with_missing.domain, *coded.missing]))
    given = on_domain(coded.with_missing, domain).use()
    return missing_shares(given, [str(value) for value in domain], [domain.index(code) for code in coded.missing])


def _skew(estimates: Sequence[Estimate], prevalent: Sequence[Prevalence], reading: Reading) -> str | None:
    own = {
        estimate.measure: estimate
        for estimate in reversed(estimates)
        if estimate.category is None and estimate.annotator is None and estimate.level.startswith(reading.scale.kind)
    }
    alpha, percent = own.get("krippendorff_alpha"), own.get("percent_agreement")
    if alpha is None or percent is None:
        return None
    return skew_sentence(percent.value, alpha.value, prevalent, target=alpha.target)
