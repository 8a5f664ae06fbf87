"""Accuracy, sensitivity and precision against counting answer by answer; intervals against the formula written out."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from tests.agreement.known.made import SCALE, Row, coded, drawn
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.accuracy import accuracy_estimates, confusions_of
from toolkit.agreement.known.cases import cases_of
from toolkit.agreement.resampling import Resampling

BY_ARTICLE, BY_UNIT = Resampling("article"), Resampling("unit")
T = {3: 3.182446, 4: 2.776445, 5: 2.570582, 6: 2.446912, 7: 2.364624}
"""Student's t with 95 % between ±t, from a printed table, by degrees of freedom."""


def found(rows: list[Row], truth: dict[str, str], resampling: Resampling = BY_ARTICLE) -> list[Estimate]:
    question = coded(rows, clustered=resampling.clustered)
    return list(accuracy_estimates("tone", "nominal", cases_of(question, truth), resampling))


def naive(
    rows: list[Row], truth: dict[str, str], measure: str, category: str | None, annotator: str | None
) -> tuple[int, int]:
    """How many answers are right, and among how many; counted one by one."""
    right = of = 0
    for unit, _, who, said in rows:
        if unit not in truth or annotator not in (None, who):
            continue
        looked_at = {"accuracy": category, "sensitivity": truth[unit], "precision": said}[measure]
        if looked_at == category:
            of += 1
            right += said == truth[unit]
    return right, of


def each(estimates: list[Estimate]) -> Iterator[tuple[Estimate, tuple[str, str | None, str | None]]]:
    for one in estimates:
        yield one, (one.measure, one.category, one.annotator)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("resampling", [BY_ARTICLE, BY_UNIT], ids=["by article", "by unit"])
def test_shares_are_those_counted_one_by_one(seed: int, resampling: Resampling) -> None:
    rows, truth = drawn(seed)
    estimates = found(rows, truth, resampling)
    assert len(estimates) == (1 + 2 * len(SCALE)) * 4  # all together and three people
    for one, cut in each(estimates):
        right, of = naive(rows, truth, *cut)
        assert one.value == pytest.approx(right / of)
        assert one.n_values == of
        assert (one.about, one.headline, one.target) == ("known", False, None)


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_leaves_out_an_article_at_a_time(seed: int) -> None:
    """1 − exp(y ± t·SE) of y = log(1 − share), from the share without each of the articles that hold any answer."""
    rows, truth = drawn(seed)
    compared = 0
    for one, cut in each(found(rows, truth)):
        if one.interval_method != "jackknife":
            continue
        articles = sorted({article for _, article, _, _ in rows})
        counts = [naive([row for row in rows if row[1] == article], truth, *cut) for article in articles]
        counts = [(right, of) for right, of in counts if of]
        n = len(counts)
        right, of = (sum(column) for column in zip(*counts, strict=True))
        without = [math.log(1 - (right - r) / (of - m)) for r, m in counts]
        mean = sum(without) / n
        error = math.sqrt((n - 1) / n * sum((y - mean) ** 2 for y in without))
        lowest = 1 - math.exp(math.log(1 - right / of) + T[n - 1] * error)
        assert one.n_clusters == n
        assert one.ci_low == pytest.approx(max(lowest, 0), abs=1e-5)
        compared += 1
    assert compared >= 5


def test_the_counts_by_hand() -> None:
    rows = [
        ("s1", "a1", "ann", "none"), ("s1", "a1", "bo", "some"),
        ("s2", "a1", "ann", "some"), ("s2", "a1", "bo", "some"),
        ("s3", "b1", "ann", "none"), ("s4", "b1", "ann", "none"),
    ]  # fmt: skip
    everybody, ann, bo = confusions_of(cases_of(coded(rows), {"s1": "none", "s2": "some", "s3": "some", "s9": "much"}))
    assert (everybody.annotator, everybody.n_units, everybody.counts) == (None, 3, ((1, 1, 0), (1, 2, 0), (0, 0, 0)))
    assert (ann.annotator, ann.n_units, ann.counts) == ("ann", 3, ((1, 0, 0), (1, 1, 0), (0, 0, 0)))
    assert (bo.annotator, bo.n_units, bo.counts) == ("bo", 2, ((0, 1, 0), (0, 1, 0), (0, 0, 0)))


def test_what_does_not_exist_says_why() -> None:
    rows = [("s1", "a1", "ann", "none"), ("s2", "b1", "ann", "some"), ("s2", "b1", "bo", "none")]
    of = {cut: one for one, cut in each(found(rows, {"s1": "none", "s2": "none"}))}
    assert of["sensitivity", "some", None].undefined_because == "no known case"
    assert of["precision", "some", "bo"].undefined_because == "not given to known units"
    assert of["precision", "some", None].value == 0
    assert of["precision", "some", None].interval_undefined_because == "one article"
    assert ("sensitivity", "much", None) not in of
    (nothing,) = found(rows, {"s9": "none"})
    assert (nothing.value, nothing.undefined_because) == (None, "no known answer")


def test_all_right_in_few_articles_says_little() -> None:
    """Three articles without an error: Clopper and Pearson's upper limit of 0 of 3 is .708."""
    rows = [(f"{article}-{n}", article, "ann", "some") for article in ("a1", "a2", "b1") for n in range(5)]
    everybody = found(rows, {unit: "some" for unit, *_ in rows})[0]
    assert (everybody.value, everybody.ci_high, everybody.interval_method) == (1, 1, "clopper_pearson")
    assert everybody.ci_low == pytest.approx(1 - (1 - 0.025 ** (1 / 3)))


def test_a_truth_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the scale"):
        cases_of(coded([("s1", "a1", "ann", "none")]), {"s1": "plenty"})
