"""Shares of categories: by hand, and by the way prevalences go that are held against known answers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement.known.made import SCALE, Row, coded, drawn
from toolkit.agreement.category_shares import GivenCategories, Part, category_shares
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.cases import cases_of
from toolkit.agreement.known.corrected import PREVALENCE, prevalence_estimates
from toolkit.agreement.resampling import Resampling

BY_ARTICLE = Resampling("article")
T_OF_TWO = 4.302653
"""Student's t with 95 % between ±t and two degrees of freedom, from a printed table."""


def given_in(rows: list[Row], *, scale: tuple[str, ...] = SCALE) -> tuple[GivenCategories, list[str]]:
    """The same answers as entries, and the articles by their numbers."""
    units, articles, annotators = (sorted({row[place] for row in rows}) for place in range(3))
    return GivenCategories(
        question="tone",
        level="nominal",
        categories=scale,
        named=np.array([[row[3] == category for category in scale] for row in rows], dtype=np.bool_),
        unit=np.array([units.index(row[0]) for row in rows]),
        cluster=np.array([articles.index(row[1]) for row in rows]),
        annotator=np.array([annotators.index(row[2]) for row in rows]),
    ), articles


def everything(n: int) -> Part:
    return None, None, np.ones(n, dtype=np.bool_)


def by_category(estimates: tuple[Estimate, ...]) -> dict[str | None, float | None]:
    return {one.category: one.value for one in estimates}


def test_a_share_counts_every_annotators_answer_and_its_interval_leaves_out_articles() -> None:
    """2 of 4, 1 of 4 and 3 of 4 answers in three articles: 6 of 12; without each 4 of 8, 5 of 8 and 3 of 8."""
    rows: list[Row] = []
    for article, n_some in (("x", 2), ("y", 1), ("z", 3)):
        said = ["some"] * n_some + ["none"] * (4 - n_some)
        rows += [(f"{article}{n // 2}", article, "ab"[n % 2], one) for n, one in enumerate(said)]
    given_, articles = given_in(rows)
    none, some, much = category_shares(given_, [everything(len(articles))], BY_ARTICLE)
    assert (none.value, some.value, much.value) == (0.5, 0.5, 0)
    assert (some.n_values, some.n_units, some.n_clusters, some.n_annotators) == (12, 6, 3, 2)
    assert (some.about, some.measure, some.by, some.group) == ("prevalence", PREVALENCE, None, None)
    y = [math.log(share / (1 - share)) for share in (4 / 8, 5 / 8, 3 / 8)]
    error = math.sqrt(2 / 3 * sum((each - sum(y) / 3) ** 2 for each in y))
    assert some.ci_low == pytest.approx(1 / (1 + math.exp(T_OF_TWO * error)))
    assert some.ci_high == pytest.approx(1 / (1 + math.exp(-T_OF_TWO * error)))
    assert much.interval_undefined_because == "the same without any one article"


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_is_given_of_a_category_where_answers_are_held_against_known_ones(seed: int) -> None:
    rows, truth = drawn(seed)
    question = coded(rows)
    expected, _ = prevalence_estimates(
        "tone", "nominal", cases_of(question, truth), BY_ARTICLE, list(question.by.items())
    )
    raw = {(one.group, one.category): one for one in expected if one.measure == PREVALENCE}
    given_, articles = given_in(rows)
    parts = [everything(len(articles))]
    parts += [("outlet", name, np.array([each[0] == name for each in articles])) for name in "ab"]
    found = category_shares(given_, parts, BY_ARTICLE)
    assert {(one.group, one.category): one for one in found} == raw
    assert [(one.group, one.category) for one in found[:4]] == [
        (None, "none"),
        (None, "some"),
        (None, "much"),
        ("a", "none"),
    ]


def test_an_answer_may_name_several_categories_or_none() -> None:
    named = np.array([[True, True], [True, False], [False, False], [True, False]])
    four = np.arange(4)
    sets = GivenCategories(
        question="topics", level="set", categories=("war", "law"), named=named, unit=four, cluster=four, annotator=four
    )
    assert by_category(category_shares(sets, [everything(4)], BY_ARTICLE)) == {"war": 0.75, "law": 0.25}


def test_a_part_in_which_nothing_was_answered_has_no_share_and_says_so() -> None:
    given_, articles = given_in([("u", "x", "a", "none"), ("v", "y", "a", "some")])
    nothing = np.array([False] * len(articles))
    for one in category_shares(given_, [("outlet", "Empty", nothing)], BY_ARTICLE):
        assert (one.value, one.undefined_because, one.n_values, one.n_units) == (None, "nothing answered", 0, 0)


def test_of_one_article_there_is_a_share_without_an_interval() -> None:
    given_, articles = given_in([("u", "x", "a", "none"), ("u", "x", "b", "some"), ("v", "y", "a", "some")])
    only = np.array([name == "x" for name in articles])
    none, some, _ = category_shares(given_, [("outlet", "X", only)], BY_ARTICLE)
    assert (none.value, some.value, some.n_values) == (0.5, 0.5, 2)
    assert (some.ci_low, some.interval_undefined_because) == (None, "one article")


def test_without_parts_or_answers_there_is_nothing() -> None:
    given_, _ = given_in([("u", "x", "a", "none")])
    assert category_shares(given_, [], BY_ARTICLE) == ()
    empty = np.empty(0, dtype=np.int64)
    nobody = replace(given_, named=np.zeros((0, 3), dtype=np.bool_), unit=empty, cluster=empty, annotator=empty)
    found = category_shares(nobody, [everything(0)], BY_ARTICLE)
    assert [one.undefined_because for one in found] == ["nothing answered"] * 3


ANSWERS = st.dictionaries(
    st.tuples(st.integers(0, 9), st.sampled_from("abc")), st.sampled_from(SCALE), min_size=1, max_size=20
)


@settings(max_examples=60)
@given(ANSWERS, st.integers(1, 4))
def test_shares_of_one_category_each_add_up_and_parts_make_the_whole(
    said: dict[tuple[int, str], str], n_articles: int
) -> None:
    rows = [(f"u{unit}", f"x{unit % n_articles}", who, what) for (unit, who), what in said.items()]
    given_, articles = given_in(rows)
    halves = np.arange(len(articles)) % 2 == 0
    parts: list[Part] = [everything(len(articles)), ("half", "even", halves), ("half", "odd", ~halves)]
    found = category_shares(given_, parts, BY_ARTICLE)
    whole, even, odd = found[:3], found[3:6], found[6:]
    assert sum(one.value or 0 for one in whole) == pytest.approx(1)
    for one, first, second in zip(whole, even, odd, strict=True):
        assert one.value == pytest.approx(sum(what == one.category for *_, what in rows) / len(rows))
        assert one.n_values == first.n_values + second.n_values == len(rows)
        assert one.n_units == first.n_units + second.n_units
        together = sum((part.value or 0) * part.n_values for part in (first, second))
        assert (one.value or 0) * len(rows) == pytest.approx(together)
        if one.ci_low is not None and one.ci_high is not None and one.value is not None:
            assert 0 <= one.ci_low <= one.value <= one.ci_high <= 1


def test_an_article_nobody_answered_in_is_none_that_could_be_left_out() -> None:
    rows, _ = drawn(2)
    given_, articles = given_in(rows)
    expected = category_shares(given_, [everything(len(articles))], BY_ARTICLE)
    assert category_shares(given_, [everything(len(articles) + 1)], BY_ARTICLE) == expected
