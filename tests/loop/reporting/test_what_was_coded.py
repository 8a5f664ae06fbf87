"""How common categories are over all articles, by outlet and over time; corrected where errors are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.agreement.known.made import SCALE, Row, coded, drawn
from tests.study.small import article
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.cases import cases_of
from toolkit.agreement.known.corrected import CORRECTED, prevalence_estimates
from toolkit.agreement.ratings import ratings_from_rows
from toolkit.agreement.resampling import Resampling
from toolkit.corpus.article import Article
from toolkit.loop.agreement.known import Held, KnownAnswers
from toolkit.loop.reporting.what_was_coded import (
    MOST_OUTLETS,
    MOST_PERIODS,
    OUTLET,
    TIME,
    WhatWasCoded,
    what_was_coded,
)

BY_ARTICLE = Resampling("article", 0)


def article_of(name: str, outlet: str | None = None, published: str | None = None) -> Article:
    return replace(article(name, "It rains.")[0], outlet=outlet, published=published)


def of(articles: Mapping[str, Article], rows: list[Row] | None = None) -> WhatWasCoded:
    """What was coded of articles in each of which one sentence was coded by one person, unless rows say otherwise."""
    rows = rows or [(f"{name}-1", name, "ann", "some") for name in articles]
    (found,) = what_was_coded([coded(rows)], articles, BY_ARTICLE)
    return found


def dated(*published: str | None) -> WhatWasCoded:
    return of({f"x{n:03}": article_of(f"x{n:03}", published=one) for n, one in enumerate(published)})


def groups(found: WhatWasCoded, by: str) -> list[str | None]:
    return list(dict.fromkeys(one.group for one in found.estimates if one.by == by))


def shares(estimates: tuple[Estimate, ...], group: str | None = None) -> dict[str | None, float | None]:
    return {one.category: one.value for one in estimates if one.group == group}


def test_shares_by_hand_over_all_articles_and_by_outlet() -> None:
    rows: list[Row] = [
        ("x-1", "x", "ann", "some"),
        ("x-1", "x", "bo", "none"),
        ("x-2", "x", "ann", "some"),
        ("y-1", "y", "ann", "much"),
        ("z-1", "z", "ann", "none"),
    ]
    articles = {"x": article_of("x", "Daily"), "y": article_of("y", "Post"), "z": article_of("z")}
    found = of(articles, rows)
    assert shares(found.estimates) == {"none": 0.4, "some": 0.4, "much": 0.2}
    assert shares(found.estimates, "Daily") == {"none": pytest.approx(1 / 3), "some": pytest.approx(2 / 3), "much": 0}
    assert shares(found.estimates, "Post") == {"none": 0, "some": 0, "much": 1}
    assert (groups(found, OUTLET), found.n_outlets, found.period) == (["Daily", "Post"], 2, None)


def test_one_outlet_and_one_day_divide_nothing() -> None:
    found = of({name: article_of(name, "Daily", "2026-03-01") for name in "xy"})
    assert (found.n_outlets, found.period, {one.by for one in found.estimates}) == (1, None, {None})


def test_an_article_the_study_knows_nothing_of_counts_in_the_whole_alone() -> None:
    found = of(
        {"x": article_of("x", "Daily"), "y": article_of("y", "Post")}, [(f"{n}-1", n, "a", "some") for n in "xyz"]
    )
    assert [one.n_values for one in found.estimates if one.category == "some"] == [3, 1, 1]


def test_of_more_than_twelve_outlets_those_with_most_answers_stand_by_themselves() -> None:
    names = [f"Paper {n:02}" for n in range(MOST_OUTLETS + 3)]
    articles = {name: article_of(name, name) for name in names}
    often = set(names[-4:])
    rows = [(f"{name}-{place}", name, "ann", "some") for name in names for place in range(3 if name in often else 1)]
    found = of(articles, rows)
    assert found.n_outlets == MOST_OUTLETS + 3
    assert groups(found, OUTLET) == [*names[: MOST_OUTLETS - 4], *names[-4:]]
    assert sum(one.n_values for one in found.estimates if one.by is None and one.category == "some") == len(rows)


@pytest.mark.parametrize(
    ("published", "period", "expected"),
    [
        (["2026-03-01", "2026-03-02", None], "day", ["2026-03-01", "2026-03-02"]),
        (["2026-03-01T23:59:00+02:00", "2026-03-02 08:00"], "day", ["2026-03-01", "2026-03-02"]),
        (["20260301", "2026-W10-1"], "day", ["2026-03-01", "2026-03-02"]),
        (["2026-03", "2026-04", "2026-04-02"], "month", ["2026-03", "2026-04"]),
        (["2025", "2026", "2026-04-02", "2026-05-02"], "year", ["2025", "2026"]),
        ([f"2026-03-{day:02}" for day in range(1, 32)], "day", [f"2026-03-{day:02}" for day in range(1, 32)]),
        ([f"2026-0{month}-{day:02}" for month in (3, 4) for day in range(1, 29)], "month", ["2026-03", "2026-04"]),
        (
            [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)],
            "year",
            ["2024", "2025", "2026"],
        ),
        (["yesterday", "2026-3-1", ""], None, []),
        (["2026-03-01", "2026-03-01"], None, []),
        ([f"{year}" for year in range(1900, 1901 + MOST_PERIODS)], None, []),
        ([], None, []),
    ],
)
def test_time_is_divided_into_what_most_articles_are_dated_by(
    published: list[str | None], period: str | None, expected: list[str]
) -> None:
    found = dated(*published, None)
    assert (found.period, groups(found, TIME)) == (period, expected)


def test_two_days_among_a_hundred_years_do_not_stand_for_all_articles() -> None:
    found = dated(*[f"20{20 + n % 5}" for n in range(98)], "2026-03-01", "2026-03-02")
    assert (found.period, groups(found, TIME)) == ("year", ["2020", "2021", "2022", "2023", "2024", "2026"])
    assert sum(one.n_values for one in found.estimates if one.by == TIME and one.category == "some") == 100


def test_numbers_have_no_shares_and_what_nobody_answered_has_none() -> None:
    numbers = ratings_from_rows(["u"], ["ann"], [1.0], domain=[1.0], clusters=["x"])
    nothing = ratings_from_rows(["u"], ["ann"], [None], domain=SCALE, clusters=["x"])
    asked: list[CodedQuestion | CodedSpans] = [
        CodedQuestion(question="deaths", level="ratio", ratings=numbers),
        CodedQuestion(question="tone", level="nominal", ratings=nothing, scale=SCALE),
        CodedSpans(question="words", labels=("Cue",), units=[], annotators=[], marks=[], lengths=[], clusters=[]),
    ]
    assert what_was_coded(asked, {}, BY_ARTICLE) == ()


def test_sets_are_counted_category_by_category() -> None:
    said = [frozenset({"war", "law"}), frozenset({"war"}), frozenset()]
    ratings = ratings_from_rows(["u", "v", "w"], ["ann"] * 3, said, domain=said, clusters=["x", "x", "y"])
    (found,) = what_was_coded(
        [CodedQuestion(question="topics", level="set", ratings=ratings, scale=("war", "law"))], {}, BY_ARTICLE
    )
    assert shares(found.estimates) == {"war": pytest.approx(2 / 3), "law": pytest.approx(1 / 3)}


def test_of_marked_words_it_is_whether_a_label_was_used_in_the_sentence() -> None:
    spans = CodedSpans(
        question="words",
        labels=("Source", "Cue"),
        units=["u", "u", "v", "w"],
        annotators=["ann", "bo", "ann", "ann"],
        marks=[[("Cue", 0, 1), ("Cue", 2, 3)], [], [("Source", 0, 2), ("Cue", 0, 2)], []],
        lengths=[9, 9, 9, 9],
        clusters=["x", "x", "x", "y"],
    )
    articles = {"x": article_of("x", "Daily"), "y": article_of("y", "Post")}
    (found,) = what_was_coded([spans], articles, BY_ARTICLE)
    assert shares(found.estimates) == {"Source": 0.25, "Cue": 0.5}
    assert shares(found.estimates, "Post") == {"Source": 0, "Cue": 0}
    assert {one.n_units for one in found.estimates if one.by is None} == {3}


@pytest.mark.parametrize("seed", range(3))
def test_corrected_shares_are_those_agree_gives_for_the_same_parts(seed: int) -> None:
    rows, truth = drawn(seed)
    question = coded(rows)
    articles = {name: article_of(name, f"Paper {name[0]}") for name in {row[1] for row in rows}}
    asked = replace(question, by={})
    (found,) = what_was_coded([asked], articles, BY_ARTICLE, known=KnownAnswers(truth={"tone": truth}))
    expected, _ = prevalence_estimates(
        "tone", "nominal", cases_of(question, truth), BY_ARTICLE, list(question.by.items())
    )
    parts = {None: None, "a": "Paper a", "b": "Paper b"}
    assert {(one.group, one.category): one.value for one in found.corrected} == {
        (parts[one.group], one.category): one.value for one in expected if one.measure == CORRECTED
    }


def test_gold_that_is_only_in_the_round_as_gold_tells_errors_and_counts_in_no_share() -> None:
    """Ann says some of each none of the gold that she sees half of the time; it is in articles the round has not."""
    round_rows: list[Row] = [(f"x{n}", f"x{n % 4}", "ann", "none" if n < 6 else "some") for n in range(8)]
    gold_rows: list[Row] = [(f"g{n}", f"g{n % 3}", "ann", ("none", "some")[n % 2]) for n in range(4)]
    gold_rows += [(f"h{n}", "g0", "ann", "some") for n in range(2)] + [("m", "g1", "ann", "much")]
    truth = {f"g{n}": "none" for n in range(4)} | {"h0": "some", "h1": "some", "m": "much"}
    held = Held([coded([*round_rows, *gold_rows])], frozenset(truth))
    articles = {f"x{n}": article_of(f"x{n}", f"Paper {n % 2}") for n in range(4)}
    (found,) = what_was_coded(
        [coded(round_rows)], articles, BY_ARTICLE, known=KnownAnswers(truth={"tone": truth}), held=held
    )
    assert shares(found.estimates) == {"none": 0.75, "some": 0.25, "much": 0}
    corrected = {one.category: one for one in found.corrected if one.by is None}
    assert corrected["none"].value == 1
    beyond = {one.category: one.value for one in found.outside if one.by is None}
    assert beyond["none"] == pytest.approx(0.75 / 0.5)
    assert corrected["none"].n_values == 8
    assert {one.group for one in found.corrected} == {None, "Paper 0", "Paper 1"}
