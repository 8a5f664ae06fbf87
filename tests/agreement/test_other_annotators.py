"""Intervals for other annotators: articles and annotators left out, written out step by step; and that they hold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.annotators import DESIGNS, TRUE_ALPHA, Design, estimates
from tests.agreement import by_definition
from tests.agreement.one_question import AnswerRow, question_estimates
from toolkit.agreement.analysis import Asked, question_numbers
from toolkit.agreement.answer_rows import coded_answers
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.resampling import Resampling

SCALE = ["a", "b", "c"]
NAMES = "uvwxyz"


def rows_of(n_articles: int = 12, *, per_sentence: int = 3, names: str = NAMES, seed: int = 4) -> list[AnswerRow]:
    rng = np.random.default_rng(seed)
    errors = dict(zip(NAMES, (0.05, 0.05, 0.1, 0.2, 0.35, 0.1), strict=True))
    rows = []
    for article in range(n_articles):
        for place in range(12):
            truth = SCALE[int(rng.integers(0, 3))]
            for name in sorted(rng.permutation(list(names))[:per_sentence].tolist()):
                value = SCALE[int(rng.integers(0, 3))] if rng.random() < errors[name] else truth
                rows.append(AnswerRow(f"{article}-{place}", f"article {article}", name, value))
    return rows


def headline(rows: list[AnswerRow], *, annotators: bool = True) -> Estimate:
    coded = CodedQuestion(
        question="q", level="nominal", ratings=coded_answers("nominal", rows, SCALE, clustered=True), scale=tuple(SCALE)
    )
    asked = Asked(resampling=Resampling("article", 100, annotators=annotators))
    return next(one for one in question_numbers(coded, asked).estimates if one.headline)


def y_of(rows: list[AnswerRow]) -> float:
    units: dict[str, list[str]] = {}
    for row in rows:
        units.setdefault(row.unit, []).append(str(row.value))
    found = by_definition.alpha([unit for unit in units.values() if len(unit) > 1], by_definition.nominal)
    assert found is not None
    return math.log(1 - found)


def jackknife(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return (len(values) - 1) / len(values) * sum((value - mean) ** 2 for value in values)


def test_both_variances_step_by_step() -> None:
    """Twelve articles and six annotators, three a sentence; degrees of freedom by Satterthwaite, rounded down."""
    rows = rows_of()
    articles = sorted({str(row.cluster) for row in rows})
    of_articles = jackknife([y_of([row for row in rows if row.cluster != article]) for article in articles])
    of_annotators = jackknife([y_of([row for row in rows if row.annotator != name]) for name in NAMES])
    both = of_articles + of_annotators
    degrees = int(both**2 / (of_articles**2 / 11 + of_annotators**2 / 5))
    t = {5: 2.570582, 6: 2.446912, 7: 2.364624}[degrees]  # printed tables, .975
    found = headline(rows)
    assert found.interval_method == "jackknife_both"
    assert found.ci_low == pytest.approx(1 - math.exp(y_of(rows) + t * math.sqrt(both)), abs=1e-6)
    these = headline(rows, annotators=False)
    assert these.ci_low is not None
    assert found.ci_low is not None
    assert these.value == found.value
    assert these.ci_low > found.ci_low


@pytest.mark.parametrize("names", ["uv", "uvwx"])
def test_fewer_than_five_annotators_say_nothing_about_others(names: str) -> None:
    found = headline(rows_of(per_sentence=2, names=names))
    assert found.value is not None
    assert (found.ci_low, found.interval_undefined_because) == (None, "fewer than 5 annotators")


def test_perfect_agreement_says_nothing_about_others() -> None:
    rows = [
        AnswerRow(f"s{place}", f"article {place // 2}", name, SCALE[place % 2]) for place in range(24) for name in NAMES
    ]
    assert headline(rows).interval_undefined_because == "too little disagreement"


def test_pairs_stay_about_those_two() -> None:
    estimates_ = question_estimates("q", "nominal", rows_of(per_sentence=6), scale=SCALE, replicates=50)
    assert estimates_  # the same rows, for these annotators
    assert {one.interval_method for one in estimates_} == {"jackknife"}


@pytest.mark.parametrize("design", [DESIGNS[0], DESIGNS[4], Design(6, 2, 12, (0.9, 0.1), 6)], ids=str)
def test_the_truth_of_all_annotators_is_held(design: Design) -> None:
    """In 150 studies, dense, sparse and skewed: 95 % within three standard errors, where the others hold 60 to 80 %."""
    found = [one for one in estimates(design, 150, np.random.default_rng(2), annotators=True) if one.ci_low is not None]
    held = [
        one.ci_low <= TRUE_ALPHA <= one.ci_high for one in found if one.ci_low is not None and one.ci_high is not None
    ]
    assert len(held) > 120
    assert np.mean(held) > 0.95 - 3 * math.sqrt(0.95 * 0.05 / len(held))
