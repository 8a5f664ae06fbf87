"""What the study was for: how common each category is, over all articles, by outlet and over time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from toolkit.agreement.category_shares import GivenCategories, Part, category_shares
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.groups import grouping_of
from toolkit.agreement.known.cases import ONE_CATEGORY, cases_of
from toolkit.agreement.known.corrected import CORRECTED, OutsideShare, prevalence_estimates
from toolkit.agreement.question_readings import on_domain
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.resampling import Resampling
from toolkit.corpus.article import Article
from toolkit.files.arrays import IntArray
from toolkit.loop.agreement.known import Held, KnownAnswers, of_the_round

OUTLET, TIME = "outlet", "published"
MOST_OUTLETS = 12
"""Outlets beyond which the most coded ones stand by themselves, and nothing is said of the others."""

MOST_PERIODS = 31
"""Periods beyond which time is divided into longer ones: a month of days fits."""
_PERIODS = {"day": len("2026-01-31"), "month": len("2026-01"), "year": len("2026")}
WITH_CATEGORIES = ("nominal", "ordinal", "table", "set", "taxonomy", "span")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatWasCoded:
    """Shares of the answers to one question, of all articles and of parts of them."""

    question: str
    level: str
    categories: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    """As given: of all first, then by outlet, then over time."""
    corrected: tuple[Estimate, ...] = ()
    """The same corrected for how often each category is taken for another, where known answers say that."""
    outside: tuple[OutsideShare, ...] = ()
    """Of these the ones that came out below 0 or above 1, and were set to that limit."""
    n_outlets: int = 0
    """How many outlets there are; where there are several, the most coded ones have shares."""
    period: str | None = None
    """What time is divided into: day, month or year."""


def what_was_coded(
    questions: Sequence[CodedQuestion | CodedSpans],
    articles: Mapping[str, Article],
    resampling: Resampling,
    *,
    known: KnownAnswers | None = None,
    held: Held | None = None,
) -> tuple[WhatWasCoded, ...]:
    """Return the shares of every question that has categories; numbers have none.

    ``known`` are the answers that errors are known by, ``held`` what is held against them where that is more than the
    ``questions`` have. Articles are what is resampled whole.
    """
    return tuple(_all(questions, articles, resampling, known, held or Held(questions)))


def _all(
    questions: Sequence[CodedQuestion | CodedSpans],
    articles: Mapping[str, Article],
    resampling: Resampling,
    known: KnownAnswers | None,
    held: Held,
) -> Iterator[WhatWasCoded]:
    by_name = {one.question: one for one in held.questions}
    for question in questions:
        if question.level not in WITH_CATEGORIES:
            continue
        given, clusters = _given(question)
        if not len(given.unit):
            continue
        divisions, period = _divisions(clusters, articles)
        parts: list[Part] = [(None, None, np.ones(len(clusters), dtype=np.bool_))]
        group_of = {by: dict(zip(clusters, groups, strict=True)) for by, groups in divisions.items()}
        n_outlets = len({one.outlet for name in clusters if (one := articles.get(name)) is not None and one.outlet})
        for by, groups in divisions.items():
            names = sorted({group for group in groups if group is not None})
            if by == OUTLET:
                names = _most_coded(names, groups, given.cluster)
            parts += [(by, name, np.asarray([group == name for group in groups])) for name in names]
        corrected, outside = (
            ((), ())
            if known is None
            else _corrected(by_name.get(question.question), held, group_of, parts, resampling, known)
        )
        yield WhatWasCoded(
            question=question.question,
            level=question.level,
            categories=given.categories,
            estimates=category_shares(given, parts, resampling),
            corrected=corrected,
            outside=outside,
            n_outlets=n_outlets,
            period=period,
        )


def _given(question: CodedQuestion | CodedSpans) -> tuple[GivenCategories, Sequence[str]]:
    """The answers, and the articles by their numbers."""
    if isinstance(question, CodedSpans):
        return _given_spans(question)
    ratings = question.ratings
    there = np.flatnonzero(ratings.value != MISSING)
    named = np.zeros((len(ratings.domain), len(question.scale)), dtype=np.bool_)
    for place, value in enumerate(ratings.domain):
        members = value if isinstance(value, frozenset) else {value}
        named[place] = [category in members for category in question.scale]
    clusters = ratings.cluster_of_unit if ratings.cluster_of_unit is not None else np.arange(len(ratings.units))
    names = ratings.clusters if ratings.cluster_of_unit is not None else ratings.units
    return GivenCategories(
        question=question.question,
        level=question.level,
        categories=tuple(question.scale),
        named=named[ratings.value[there]].reshape(len(there), len(question.scale)),
        unit=ratings.unit[there],
        cluster=clusters[ratings.unit[there]],
        annotator=ratings.annotator[there],
    ), [str(name) for name in names]


def _given_spans(question: CodedSpans) -> tuple[GivenCategories, Sequence[str]]:
    """Of marked words: whether an annotator marked any with the label in the sentence."""
    marked = [{mark[0] for mark in marks} for marks in question.marks]
    clusters = question.clusters if question.clusters is not None else question.units
    coded = [_numbers(names) for names in (question.units, clusters, question.annotators)]
    return GivenCategories(
        question=question.question,
        level=question.level,
        categories=question.labels,
        named=np.asarray([[label in labels for label in question.labels] for labels in marked], dtype=np.bool_).reshape(
            len(marked), len(question.labels)
        ),
        unit=coded[0][1],
        cluster=coded[1][1],
        annotator=coded[2][1],
    ), coded[1][0]


def _numbers(names: Sequence[str]) -> tuple[list[str], IntArray]:
    place = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return list(place), np.asarray([place[name] for name in names], dtype=np.int64)


def _divisions(
    clusters: Sequence[str], articles: Mapping[str, Article]
) -> tuple[Mapping[str, Sequence[str | None]], str | None]:
    """By outlet and over time, where there are two of either, with what time is divided into."""
    found: dict[str, Sequence[str | None]] = {}
    outlets = [article.outlet if (article := articles.get(name)) is not None else None for name in clusters]
    if len({outlet for outlet in outlets if outlet is not None}) > 1:
        found[OUTLET] = outlets
    days = [_date(article.published) if (article := articles.get(name)) is not None else None for name in clusters]
    period = _period(days)
    if period is not None:
        found[TIME] = _cut(days, period)
    return found, period


def _date(published: str | None) -> str | None:
    """The date as year, month and day, or as much of it as is known; None where there is none."""
    if published is None:
        return None
    try:
        return datetime.fromisoformat(published).date().isoformat()
    except ValueError:
        return published if re.fullmatch(r"\d{4}(-\d\d)?", published, re.ASCII) else None


def _period(days: Sequence[str | None]) -> str | None:
    """What time is divided into: of what gives several periods, and not too many, what most articles are dated by, and
    of equals the shortest.
    """
    chosen, most = None, 0
    for period in _PERIODS:
        cut = [each for each in _cut(days, period) if each is not None]
        if 1 < len(set(cut)) <= MOST_PERIODS and len(cut) > most:
            chosen, most = period, len(cut)
    return chosen


def _cut(days: Sequence[str | None], period: str) -> list[str | None]:
    """The period of each day; None where the day is not known as well as that."""
    length = _PERIODS[period]
    return [day[:length] if day is not None and len(day) >= length else None for day in days]


def _most_coded(names: Sequence[str], groups: Sequence[str | None], cluster: IntArray) -> list[str]:
    """The outlets with most answers, by name."""
    counts = np.bincount(cluster, minlength=len(groups))
    answers = dict.fromkeys(names, 0)
    for group, n in zip(groups, counts.tolist(), strict=True):
        if group is not None:
            answers[group] += n
    return sorted(sorted(names, key=lambda name: (-answers[name], name))[:MOST_OUTLETS])


def _corrected(
    question: CodedQuestion | CodedSpans | None,
    besides: Held,
    group_of: Mapping[str, Mapping[str, str | None]],
    parts: Sequence[Part],
    resampling: Resampling,
    known: KnownAnswers,
) -> tuple[tuple[Estimate, ...], tuple[OutsideShare, ...]]:
    """Shares corrected by what is known of errors, in the same parts, and which were beyond a limit; nothing where
    nothing is known.
    """
    if not isinstance(question, CodedQuestion) or question.level not in ONE_CATEGORY:
        return (), ()
    truth, ratings = known.truth.get(question.question), on_domain(question.ratings, tuple(question.scale))
    if truth is None or ratings.cluster_of_unit is None:
        return (), ()
    cases = cases_of(question, truth, known.chosen.get(question.question))
    names = [str(ratings.clusters[place]) for place in ratings.cluster_of_unit[ratings.unit].tolist()]
    shown = {(by, group) for by, group, _ in parts}
    groupings = []
    for by, groups in group_of.items():
        found = [groups.get(name) for name in names]
        groupings.append((by, grouping_of([each if (by, each) in shown else None for each in found], ordered=sorted)))
    counted = of_the_round(question, cases, besides.units)
    estimates, outside = prevalence_estimates(
        question.question, question.level, cases, resampling, groupings, counted=counted
    )
    return tuple(one for one in estimates if one.measure == CORRECTED), tuple(outside)
