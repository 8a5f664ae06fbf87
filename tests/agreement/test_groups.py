"""Parts of the units, and how far two differ."""

from __future__ import annotations

from collections.abc import Hashable
from random import Random

import numpy as np
import pytest

from tests.agreement import by_definition
from toolkit.agreement.analysis import Asked, question_numbers
from toolkit.agreement.answer_rows import AnswerRow, coded_answers
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.groups import grouping_of
from toolkit.agreement.resampling import Resampling

SCALE = ["a", "b", "c"]


def coded(rows: list[AnswerRow], groups: list[str | None], level: str = "nominal") -> CodedQuestion:
    ratings = coded_answers(level, rows, SCALE, clustered=True)
    return CodedQuestion(
        question="q", level=level, ratings=ratings, scale=tuple(SCALE), by={"round": grouping_of(groups)}
    )


def numbers(
    rows: list[AnswerRow], groups: list[str | None], replicates: int = 0, *, level: str = "nominal"
) -> list[Estimate]:
    asked = Asked(resampling=Resampling("article", replicates, 1), compared={"round": [("later", "earlier")]})
    return [one for one in question_numbers(coded(rows, groups, level), asked).estimates if one.by == "round"]


def made(articles: dict[str, tuple[int, int]], seed: int = 0) -> tuple[list[AnswerRow], list[str | None]]:
    """Articles with so many sentences in the earlier and in the later round; the later one agrees more."""
    random, rows, groups = Random(seed), [], []
    for article, sizes in articles.items():
        for group, size, right in zip(("earlier", "later"), sizes, (0.6, 0.9), strict=True):
            for sentence in range(size):
                truth = random.choice(SCALE)
                for annotator in "xyz":
                    value = truth if random.random() < right else random.choice(SCALE)
                    rows.append(AnswerRow(f"{group} {article} {sentence}", article, annotator, value))
                    groups.append(group)
    return rows, list(groups)


def units(rows: list[AnswerRow]) -> list[list[str]]:
    by_unit: dict[str, list[str]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(str(row.value))
    return list(by_unit.values())


def alpha(rows: list[AnswerRow]) -> float:
    found = by_definition.alpha(units(rows), by_definition.nominal)
    assert found is not None
    return found


def of(estimates: list[Estimate], measure: str, group: str) -> Estimate:
    (found,) = (one for one in estimates if (one.measure, one.group) == (measure, group))
    return found


def test_each_part_is_computed_from_its_own_units() -> None:
    rows, groups = made({f"article {n}": (3, 4) for n in range(5)})
    found = numbers(rows, groups)
    for name in ("earlier", "later"):
        own = [row for row, group in zip(rows, groups, strict=True) if group == name]
        one = of(found, "krippendorff_alpha", name)
        assert one.value == pytest.approx(alpha(own), abs=1e-12)
        assert one.n_pairable == len(units(own))


def test_a_difference_is_later_less_earlier() -> None:
    rows, groups = made({f"article {n}": (3, 4) for n in range(5)})
    found = of(numbers(rows, groups), "krippendorff_alpha_difference", "later")
    earlier, later = ([r for r, g in zip(rows, groups, strict=True) if g == name] for name in ("earlier", "later"))
    assert found.value == pytest.approx(alpha(later) - alpha(earlier), abs=1e-12)
    assert found.against == "earlier"


def test_an_answer_in_no_group_is_in_no_part() -> None:
    rows, groups = made({"one": (4, 4), "two": (4, 4)})
    found = numbers(rows, [None if row.cluster == "two" else group for row, group in zip(rows, groups, strict=True)])
    assert of(found, "krippendorff_alpha", "later").n_units == 4


@pytest.mark.slow
def test_the_interval_of_a_difference_draws_all_articles_together() -> None:
    """Against brute force; one big article of its own in each round must not be taken for granted."""
    articles = {f"shared {n}": (3, 3) for n in range(9)} | {"own of the earlier": (40, 0), "own of the later": (0, 40)}
    rows, groups = made(articles, seed=4)
    found = of(numbers(rows, groups, 2000), "krippendorff_alpha_difference", "later")
    of_article = {
        name: {
            group: units([r for r, g in zip(rows, groups, strict=True) if (r.cluster, g) == (name, group)])
            for group in ("earlier", "later")
        }
        for name in articles
    }
    random, drawn = Random(0), []
    for _ in range(800):
        chosen = random.choices(list(articles), k=len(articles))
        parts = {group: [unit for name in chosen for unit in of_article[name][group]] for group in ("earlier", "later")}
        alphas = [by_definition.alpha(parts[group], by_definition.nominal) for group in ("later", "earlier")]
        if None not in alphas:
            drawn.append(float(str(alphas[0])) - float(str(alphas[1])))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert (found.ci_high - found.ci_low) / (high - low) == pytest.approx(1, abs=0.25)


def test_a_part_in_one_article_gives_a_difference_without_interval() -> None:
    rows, groups = made({"one": (5, 5), "two": (5, 0)})
    found = of(numbers(rows, groups, 200), "krippendorff_alpha_difference", "later")
    assert found.value is not None
    assert found.interval_undefined_because == "one article"


def test_few_articles_in_either_part_make_it_unreliable() -> None:
    rows, groups = made({f"article {n}": (4, 4 if n < 5 else 0) for n in range(30)})
    assert of(numbers(rows, groups, 200), "krippendorff_alpha_difference", "later").interval_unreliable


def test_too_few_replicates_to_have_tails_give_no_interval_of_a_difference() -> None:
    rows, groups = made({f"article {place}": (4, 4) for place in range(12)})
    few, enough = (of(numbers(rows, groups, n), "krippendorff_alpha_difference", "later") for n in (39, 40))
    assert few.value == enough.value
    assert (few.ci_low, few.interval_undefined_because) == (None, "39 replicates are too few")
    assert enough.interval_method in {"bca", "percentile"}
    assert not enough.interval_unreliable


def disagreements(rows: list[AnswerRow], level: str) -> tuple[float, float]:
    """D_o and D_e of rows, pair by pair; ordinal as shares of the distance of the two ends."""
    coded_units = [unit for unit in units(rows) if len(unit) > 1]
    pairable: list[list[Hashable]] = [[*unit] for unit in coded_units]
    distance = by_definition.nominal if level == "nominal" else by_definition.ordinal(pairable, SCALE)
    values = [value for unit in pairable for value in unit]
    n = len(values)
    observed = sum(
        sum(distance(one, other) for i, one in enumerate(unit) for j, other in enumerate(unit) if i != j)
        / (len(unit) - 1)
        for unit in pairable
    )
    expected = sum(distance(one, other) for i, one in enumerate(values) for j, other in enumerate(values) if i != j)
    scale = 1.0 if level == "nominal" else distance(SCALE[0], SCALE[-1])
    return observed / n / scale, expected / n / (n - 1) / scale


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_a_difference_is_split_into_what_is_observed_and_what_is_expected(level: str) -> None:
    """Kitagawa (1955): each factor's change at the mean of the other; both add up to the difference."""
    rows, groups = made({f"article {place}": (4, 5) for place in range(12)})
    found = numbers(rows, groups, 200, level=level)
    parts = {
        name: [row for row, group in zip(rows, groups, strict=True) if group == name] for name in ("earlier", "later")
    }
    (o1, e1), (o2, e2) = (disagreements(parts[name], level) for name in ("earlier", "later"))
    whole, observed, expected = (
        of(found, "krippendorff_alpha_difference" + part, "later") for part in ("", "_observed", "_expected")
    )
    assert observed.value == pytest.approx(-(o2 - o1) * (1 / e1 + 1 / e2) / 2)
    assert expected.value == pytest.approx(-(1 / e2 - 1 / e1) * (o1 + o2) / 2)
    assert observed.value is not None
    assert expected.value is not None
    assert whole.value == pytest.approx(observed.value + expected.value)
    assert None not in {observed.ci_low, observed.ci_high, expected.ci_low, expected.ci_high}
    for name, (o, e) in (("earlier", (o1, e1)), ("later", (o2, e2))):
        alpha = of(found, "krippendorff_alpha", name)
        assert (alpha.observed_disagreement, alpha.expected_disagreement) == pytest.approx((o, e))


def test_pooled_alpha_is_a_part_against_what_is_expected_in_all() -> None:
    rows, groups = made({f"article {place}": (4, 5) for place in range(12)})
    found = numbers(rows, groups, 50)
    _, expected = disagreements(rows, "nominal")
    for name in ("earlier", "later"):
        observed, _ = disagreements([r for r, group in zip(rows, groups, strict=True) if group == name], "nominal")
        pooled = of(found, "krippendorff_alpha_pooled", name)
        assert pooled.value == pytest.approx(1 - observed / expected)
        assert pooled.interval_method == "jackknife"


def test_same_errors_and_a_rarer_category_are_no_less_agreement() -> None:
    """Half of the sentences yes, then 6 %, with the same 7 % wrong: alpha falls from .74 to .39, and D_o does not."""
    random, rows = Random(5), list[AnswerRow]()
    groups: list[str | None] = []
    for group, share in (("earlier", 0.5), ("later", 0.06)):
        for place in range(900):
            truth = random.random() < share
            for annotator in "xy":
                said = truth if random.random() > 0.07 else not truth
                rows.append(AnswerRow(f"{group} {place}", f"article {place % 40}", annotator, "a" if said else "b"))
                groups.append(group)
    found = numbers(rows, groups, 400)
    whole, observed = (of(found, "krippendorff_alpha_difference" + part, "later") for part in ("", "_observed"))
    assert whole.ci_high is not None
    assert whole.ci_high < -0.2
    assert observed.ci_low is not None
    assert observed.ci_high is not None
    assert observed.ci_low < 0 < observed.ci_high
    pooled = [of(found, "krippendorff_alpha_pooled", name).value for name in ("earlier", "later")]
    assert pooled[0] == pytest.approx(pooled[1], abs=0.06)


def told(estimates: list[Estimate]) -> dict[tuple[str, str | None], tuple[float | None, ...]]:
    return {
        (one.measure, one.group): (one.value, one.ci_low, one.ci_high, one.observed_disagreement) for one in estimates
    }


def test_parts_do_not_depend_on_names_order_or_what_one_person_coded() -> None:
    """Pooled alphas, differences and what they come from: renamed, turned round, with units only one person coded."""
    rows, groups = made({f"article {place}": (4, 5) for place in range(8)})
    expected = told(numbers(rows, groups, 60))
    renamed = {"a": "b", "b": "c", "c": "a"}
    changed = [row._replace(value=renamed[str(row.value)], annotator=f"z{row.annotator}") for row in rows]
    alone = [AnswerRow(f"alone {place}", row.cluster, "somebody", "a") for place, row in enumerate(rows[::3])]
    for found in (
        numbers(changed, groups, 60),
        numbers(rows[::-1], groups[::-1], 60),
        numbers([*changed, *alone], [*groups, *groups[::3]], 60),
    ):
        of_alpha = {key: figures for key, figures in told(found).items() if key[0].startswith("krippendorff")}
        assert len(of_alpha) == 7
        for key, figures in of_alpha.items():
            assert figures == pytest.approx(expected[key], abs=1e-9), key
