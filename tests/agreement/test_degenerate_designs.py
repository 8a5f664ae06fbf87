"""Designs in which other programs return nan, 0, 1, or crash."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pytest

from tests.agreement.matrices import Matrix, alpha, nominal_alpha, percent
from tests.agreement.one_question import AnswerRow, question_estimates
from toolkit.agreement import levels
from toolkit.agreement.resampling import Resampling


@pytest.mark.parametrize(
    ("table", "reason", "percent_agreement"),
    [
        ([["a", "a"], ["a", "a"], ["a", "a"]], "no variation", 1.0),
        ([["a", "a"], ["a", "a"], ["b", None]], "no variation", 1.0),
        ([["a", "a"]], "no variation", 1.0),
        ([["a", None], [None, "b"], ["a", None]], "no overlap", None),
        ([["a"], ["b"], ["a"]], "no overlap", None),
        ([[None, None], [None, None]], "no overlap", None),
        ([], "no overlap", None),
    ],
    ids=["one category", "second category alone", "one pair", "no overlap", "one annotator", "all missing", "nothing"],
)
def test_undefined_with_its_reason(table: Matrix, reason: str, percent_agreement: float | None) -> None:
    for level in [levels.nominal(2), levels.ordinal(2)]:
        estimate = alpha(table, ["a", "b"], level, Resampling("unit", 100))
        assert estimate.value is None
        assert estimate.undefined_because == reason
        assert (estimate.ci_low, estimate.ci_high, estimate.confirmed_by) == (None, None, None)
        assert estimate.interval_undefined_because == "value undefined"
    assert percent(table).value == percent_agreement
    assert percent(table).undefined_because == (None if percent_agreement else "no overlap")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([["a", "b"]], 0.0),
        ([["a", "b"], ["b", "a"], ["a", "b"]], -2 / 3),
        ([["a", "a"], ["b", "b"]], 1.0),
        ([["nan", "nan"], ["b", "b"], ["nan", "b"], ["b", "b"]], 8 / 15),
        ([["None", "None"], ["b", "b"], ["None", "b"], ["b", "b"]], 8 / 15),
    ],
    ids=["one pair disagrees", "all disagree", "two units agree", "a category named nan", "a category named None"],
)
def test_defined_on_little_data(table: list[list[Hashable | None]], expected: float) -> None:
    estimate = nominal_alpha(table)
    assert estimate.value == pytest.approx(expected, abs=1e-12)
    assert estimate.confirmed_by is not None


def test_numbers_that_came_as_unsigned_integers() -> None:
    table = [[np.uint8(value) for value in row] for row in [[1, 1], [2, 3], [3, 3], [1, 2]]]
    domain: list[Any] = [np.uint8(value) for value in (1, 2, 3)]
    level = levels.interval(domain)
    assert alpha(table, domain, level).value == pytest.approx(0.7083333333333333, abs=1e-12)


def test_a_category_nobody_used_changes_nothing() -> None:
    table = [["a", "a"], ["b", "a"], ["b", "b"]]
    for level in [levels.nominal, levels.ordinal]:
        with_unused = alpha(table, ["never", "a", "seldom", "b"], level(4))
        assert with_unused.value == pytest.approx(alpha(table, ["a", "b"], level(2)).value, abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_nobody_answered(level: str) -> None:
    for estimate in question_estimates("q", level, [], scale=["a", "b"]):
        assert estimate.undefined_because == "no overlap"
        assert (estimate.n_units, estimate.n_pairable, estimate.n_annotators, estimate.n_values) == (0, 0, 0, 0)


@pytest.mark.parametrize("level", ["interval", "ratio", "set", "taxonomy", "span"])
def test_nobody_answered_other_levels(level: str) -> None:
    estimates = question_estimates("q", level, [], scale=["a", "b"])
    assert estimates
    assert {estimate.undefined_because for estimate in estimates} == {"no overlap"}


def answers(*articles: str) -> list[AnswerRow]:
    pairs = [("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")]
    return [
        AnswerRow(f"{article} {place}", article, f"annotator {who}", pair[who])
        for article in articles
        for place, pair in enumerate(pairs)
        for who in (0, 1)
    ]


def test_one_article_has_a_value_and_no_interval() -> None:
    for estimate in question_estimates("q", "nominal", answers("only"), scale=["a", "b"], target=0.5):
        assert estimate.value is not None
        assert estimate.ci_low is estimate.ci_high is None
        assert estimate.interval_undefined_because == "one cluster"
        assert estimate.replicates == 0
    assert question_estimates("q", "nominal", answers("only"), scale=["a", "b"], target=0.5)[0].verdict == "undecided"


def test_a_second_article_coded_by_one_person_is_still_one_article() -> None:
    alone = AnswerRow("other 1", "other", "annotator 0", "a")
    alpha_, *_ = question_estimates("q", "nominal", [*answers("only"), alone], scale=["a", "b"])
    assert alpha_.interval_undefined_because == "one cluster"
    assert alpha_.n_clusters == 1


def test_few_articles_make_bootstrapped_intervals_unreliable_and_no_others() -> None:
    """Limits with Student's t allow for few articles; those of a difference are the bootstrap's."""
    rows = answers(*map(str, range(9)))
    estimates = question_estimates("q", "nominal", rows, scale=["a", "b"], replicates=200)
    assert {each.interval_method for each in estimates} <= {"jackknife", "clopper_pearson"}
    assert not any(each.interval_unreliable for each in estimates)


def test_a_category_in_one_article_leaves_no_variation_without_it() -> None:
    rows = [AnswerRow(f"s{i}", f"article {i}", who, "a") for i in range(6) for who in "xy"]
    rows += [AnswerRow("s6", "article 6", who, "b") for who in "xy"]
    estimate, beside, *_ = question_estimates("q", "nominal", rows, scale=["a", "b"], replicates=1000)
    assert estimate.value == 1
    assert estimate.undefined_replicates / 1000 == pytest.approx((6 / 7) ** 7 + (1 / 7) ** 7, abs=0.06)
    assert (estimate.ci_low, estimate.bootstrap_share_below) == (None, None)
    assert estimate.interval_undefined_because == "no variation without one cluster"
    assert beside.ci_low == pytest.approx(0.025 ** (1 / 7))
    assert beside.ci_high == 1


@pytest.mark.parametrize(("others", "expected_share"), [(2, 0.13), (5, 0.005)])
def test_up_to_one_in_twenty_undefined_replicates_are_left_out_and_counted(others: int, expected_share: float) -> None:
    """Of 40 units k are of the other kind: a replicate misses them all with probability (1 − k/40)⁴⁰."""
    table = [["a", "a"]] * (40 - others) + [["b", "b"]] * others
    estimate = nominal_alpha(table, Resampling("unit", 2000))
    assert estimate.undefined_replicates / 2000 == pytest.approx(expected_share, abs=0.03)
    assert estimate.undefined_replicates > 0
    assert (estimate.bootstrap_share_below is not None) is (expected_share < 0.05)


def test_no_replicates_asked_for() -> None:
    estimate, *_ = question_estimates("q", "nominal", answers("one", "two"), scale=["a", "b"], replicates=0)
    assert estimate.value is not None
    assert estimate.interval_undefined_because == "no replicates asked for"
    assert estimate.cluster is None
