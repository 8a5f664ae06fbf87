"""Answers known by decision: weighed shares counted in fractions, their interval by the formula written out."""

from __future__ import annotations

import math
import random
from collections.abc import Collection
from fractions import Fraction

import pytest

from tests.agreement.known.made import SCALE, Row, coded, drawn
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.accuracy import accuracy_estimates, confusions_of
from toolkit.agreement.known.cases import Chosen, cases_of
from toolkit.agreement.known.corrected import CORRECTED, PREVALENCE, prevalence_estimates
from toolkit.agreement.resampling import Resampling

BY_ARTICLE = Resampling("article")
T = {2: 4.302653, 3: 3.182446, 4: 2.776445, 5: 2.570582, 6: 2.446912, 7: 2.364624}
"""Student's t with 95 % between ±t, from a printed table, by degrees of freedom."""
TENTH = 10


def right_of(rows: list[Row], truth: dict[str, str], chosen: Chosen | None) -> list[Estimate]:
    return list(accuracy_estimates("tone", "nominal", cases_of(coded(rows), truth, chosen), BY_ARTICLE))


def decided(seed: int) -> tuple[list[Row], dict[str, str], Chosen]:
    """Units annotators differ on are known, and so is half of those they agree on, as a tenth of all there are."""
    rows, _ = drawn(seed)
    chance = random.Random(seed)
    said: dict[str, set[str]] = {}
    for unit, _, _, value in rows:
        said.setdefault(unit, set()).add(value)
    disputed = {unit for unit, values in said.items() if len(values) > 1}
    known = sorted(disputed | {unit for unit in sorted(said) if unit not in disputed and chance.random() < 0.5})
    truth = {unit: min(said[unit]) if chance.random() < 0.8 else chance.choice(SCALE) for unit in known}
    return rows, truth, chosen_of(truth, disputed)


def chosen_of(truth: Collection[str], disputed: Collection[str]) -> Chosen:
    probability = {unit: 1.0 if unit in disputed else 1 / TENTH for unit in truth}
    return Chosen(probability=probability, disputed=frozenset(disputed))


def among(rows: list[Row], truth: dict[str, str], one: Estimate) -> list[Row]:
    """The answers a share is of."""
    found = [row for row in rows if row[0] in truth and one.annotator in (None, row[2])]
    if one.category is None:
        return found
    return [row for row in found if one.category == (truth[row[0]] if one.measure == "sensitivity" else row[3])]


@pytest.mark.parametrize("seed", range(5))
def test_an_answer_to_a_drawn_unit_counts_ten_times(seed: int) -> None:
    rows, truth, chosen = decided(seed)
    estimates = right_of(rows, truth, chosen)
    weight = {unit: 1 if unit in chosen.disputed else TENTH for unit in truth}
    n_defined = 0
    for one in estimates:
        own = among(rows, truth, one)
        assert one.n_values == len(own)
        if not any(row[0] not in chosen.disputed for row in own):
            assert one.value is None
            assert one.undefined_because == ("no agreed unit drawn" if own else one.undefined_because)
            continue
        right = sum(weight[row[0]] for row in own if row[3] == truth[row[0]])
        assert one.value == pytest.approx(float(Fraction(right, sum(weight[row[0]] for row in own))))
        n_defined += 1
    assert n_defined > 10


def test_without_chance_nothing_changes_to_the_last_digit() -> None:
    rows, truth = drawn(3)
    certain = Chosen(probability=dict.fromkeys(truth, 1.0), disputed=frozenset())
    assert right_of(rows, truth, certain) == right_of(rows, truth, None)
    cases = [cases_of(coded(rows), truth, how) for how in (certain, None)]
    one, other = (prevalence_estimates("tone", "nominal", each, BY_ARTICLE, ()) for each in cases)
    assert one == other


def _limits(right: dict[str, int], of: dict[str, int]) -> tuple[float, float, float]:
    """The share, and its limits by leaving out an article: 1 − exp(y ± t·SE), y = log(1 − share), an upper one with
    half an article more (four answers at least) that are right."""
    articles = [article for article in of if of[article]]
    n, all_right, total = len(articles), sum(right.values()), sum(of.values())

    def limit(side: int, more: float) -> float:
        y = math.log(1 - (all_right + more) / (total + more))
        each = [
            math.log(1 - (all_right + more - right[article]) / (total + more - of[article])) for article in articles
        ]
        mean = sum(each) / n
        error = math.sqrt((n - 1) / n * sum((one - mean) ** 2 for one in each))
        return 1 - math.exp(y + side * T[n - 1] * error)

    more = max(4, total / n / 2)
    return all_right / total, limit(1, 0), max(limit(-1, 0), limit(-1, more))


def test_the_interval_is_put_together_from_disputed_and_drawn_answers() -> None:
    """Six articles; in each, answers to units in dispute and to drawn ones: (right, of) of either."""
    disputed = {"a": (3, 6), "b": (2, 4), "c": (5, 6), "d": (1, 4), "e": (4, 8), "f": (2, 4)}
    taken = {"a": (2, 2), "b": (2, 4), "c": (4, 4), "d": (1, 2), "e": (3, 4), "f": (6, 6)}
    rows: list[Row] = []
    for kind, counts in (("d", disputed), ("s", taken)):
        for article, (right, of) in counts.items():
            rows += [(f"{kind}{article}{n}", article, "ann", "some" if n < right else "much") for n in range(of)]
    truth = {unit: "some" for unit, *_ in rows}
    found = right_of(rows, truth, chosen_of(truth, {unit for unit in truth if unit[0] == "d"}))[0]

    of_disputed = _limits({a: right for a, (right, _) in disputed.items()}, {a: of for a, (_, of) in disputed.items()})
    of_drawn = _limits({a: right for a, (right, _) in taken.items()}, {a: of for a, (_, of) in taken.items()})
    heavy = {a: TENTH * of for a, (_, of) in taken.items()}
    light = {a: of for a, (_, of) in disputed.items()}
    total = sum(heavy.values()) + sum(light.values())
    p = sum(light.values()) / total
    without = [(sum(light.values()) - light[a]) / (total - light[a] - heavy[a]) for a in light]
    error = math.sqrt(5 / 6 * sum((one - sum(without) / 6) ** 2 for one in without))
    (d, d_low, d_high), (s, s_low, s_high) = of_disputed, of_drawn
    value = p * d + (1 - p) * s
    parts = (s - d) * T[5] * error
    low = value - math.sqrt((p * (d - d_low)) ** 2 + ((1 - p) * (s - s_low)) ** 2 + parts**2)
    high = value + math.sqrt((p * (d_high - d)) ** 2 + ((1 - p) * (s_high - s)) ** 2 + parts**2)
    assert found.value == pytest.approx(value)
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=1e-5)
    assert (found.interval_method, found.n_clusters, found.n_values) == ("jackknife", 6, 54)


def _with_drawn(n_articles: int, *, disputed: bool) -> tuple[list[Row], dict[str, str], Chosen]:
    """A drawn unit in each article, answered rightly; beside it two in dispute, of which one answer of two is right."""
    rows: list[Row] = []
    for article in "abcdefg"[:n_articles]:
        rows += [(f"s{article}", article, who, "some") for who in ("ann", "bo")]
        if disputed:
            rows += [
                (f"d{article}{n}", article, who, said) for n in "12" for who, said in (("ann", "some"), ("bo", "much"))
            ]
    truth = {unit: "some" for unit, *_ in rows}
    return rows, truth, chosen_of(truth, {unit for unit in truth if unit[0] == "d"})


def test_errors_that_were_not_met_are_allowed_for() -> None:
    """Seven drawn units without an error: by Clopper and Pearson up to .41 of them may be wrong, and they are 5/6 of
    all."""
    worst = 1 - 0.025 ** (1 / 7)
    alone = right_of(*_with_drawn(7, disputed=False))[0]
    assert (alone.value, alone.ci_high) == (1, 1)
    assert alone.ci_low == pytest.approx(1 - worst)
    with_others = right_of(*_with_drawn(7, disputed=True))[0]
    assert with_others.value == pytest.approx((20 + 2) / 24)
    assert with_others.ci_low is not None
    assert with_others.ci_low < 22 / 24 - 20 / 24 * worst + 1e-9


def test_drawn_units_in_one_article_have_no_interval() -> None:
    rows, truth, chosen = _with_drawn(4, disputed=True)
    few = {unit: known for unit, known in truth.items() if unit[0] == "d" or unit == "sa"}
    found = right_of(rows, few, chosen)[0]
    assert found.value is not None
    assert (found.ci_low, found.ci_high, found.interval_undefined_because) == (None, None, "one article")


def test_of_disputed_units_only_shares_are_theirs_and_nothing_is_corrected() -> None:
    rows, truth, _ = _with_drawn(4, disputed=True)
    hard = {unit: known for unit, known in truth.items() if unit[0] == "d"}
    cases = cases_of(coded(rows), hard, chosen_of(hard, hard))
    found = next(accuracy_estimates("tone", "nominal", cases, BY_ARTICLE))
    assert (found.value, found.n_values, cases.of_disputed_only) == (0.5, 16, True)
    estimates, _ = prevalence_estimates("tone", "nominal", cases, BY_ARTICLE, ())
    corrected = {one.undefined_because for one in estimates if one.measure == CORRECTED}
    assert corrected == {"no agreed unit drawn"}
    given = {one.category: one.value for one in estimates if one.measure == PREVALENCE}
    assert given == pytest.approx({"some": 16 / 24, "much": 8 / 24})


def test_rates_of_corrected_shares_are_weighed_and_shares_given_are_not() -> None:
    """Of two categories (p + sp − 1)/(se + sp − 1), with weighed se and sp."""
    chance = random.Random(5)
    rows: list[Row] = []
    truth: dict[str, str] = {}
    for number in range(60):
        unit, article, true = (
            f"{'d' if number % 3 == 0 else 's'}{number}",
            f"a{number % 6}",
            chance.choice(("none", "some")),
        )
        if number % 2:
            truth[unit] = true
        for who in ("ann", "bo"):
            other = "none" if true == "some" else "some"
            rows.append((unit, article, who, true if chance.random() < 0.85 else other))
    chosen = chosen_of(truth, {unit for unit in truth if unit[0] == "d"})
    cases = cases_of(coded(rows, scale=("none", "some")), truth, chosen)
    estimates, _ = prevalence_estimates("tone", "nominal", cases, BY_ARTICLE, ())
    found = {(one.measure, one.category): one.value for one in estimates}

    def rate(category: str) -> float:
        own = [
            (1 if unit in chosen.disputed else TENTH, said) for unit, _, _, said in rows if truth.get(unit) == category
        ]
        return sum(weight for weight, said in own if said == category) / sum(weight for weight, _ in own)

    p = sum(row[3] == "some" for row in rows) / len(rows)
    assert found[PREVALENCE, "some"] == pytest.approx(p)
    expected = (p + rate("none") - 1) / (rate("some") + rate("none") - 1)
    assert found[CORRECTED, "some"] == pytest.approx(expected)


def test_a_category_known_of_disputed_units_only_is_not_corrected() -> None:
    rows, truth, _ = _with_drawn(3, disputed=True)
    truth |= {"da1": "much"}
    chosen = chosen_of(truth, {unit for unit in truth if unit[0] == "d"})
    cases = cases_of(coded(rows), truth, chosen)
    estimates, _ = prevalence_estimates("tone", "nominal", cases, BY_ARTICLE, ())
    assert {one.undefined_because for one in estimates if one.measure == CORRECTED} == {"no agreed unit of much drawn"}


def test_counts_are_not_weighed_and_say_what_they_are_of() -> None:
    rows, truth, chosen = _with_drawn(3, disputed=True)
    everybody, ann, bo = confusions_of(cases_of(coded(rows), truth, chosen))
    assert [(one.n_disputed, one.n_agreed) for one in (everybody, ann, bo)] == [(12, 6), (6, 3), (6, 3)]
    assert everybody.counts == ((0, 0, 0), (0, 12, 6), (0, 0, 0))
    of_a_file, *_ = confusions_of(cases_of(coded(rows), truth))
    assert (of_a_file.n_disputed, of_a_file.n_agreed, of_a_file.counts) == (0, 0, everybody.counts)
