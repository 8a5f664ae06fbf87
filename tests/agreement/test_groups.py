"""Parts of the units, and how far two differ."""

from __future__ import annotations

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


def coded(rows: list[AnswerRow], groups: list[str | None]) -> CodedQuestion:
    ratings = coded_answers("nominal", rows, SCALE, clustered=True)
    return CodedQuestion(
        question="q", level="nominal", ratings=ratings, scale=tuple(SCALE), by={"round": grouping_of(groups)}
    )


def numbers(rows: list[AnswerRow], groups: list[str | None], replicates: int = 0) -> list[Estimate]:
    asked = Asked(resampling=Resampling("article", replicates, 1), compared={"round": [("later", "earlier")]})
    return [one for one in question_numbers(coded(rows, groups), asked).estimates if one.by == "round"]


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
