"""What must not change a number, and what must make it 1."""

from __future__ import annotations

from collections.abc import Hashable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.designs import tables
from tests.agreement.one_question import AnswerRow, question_estimates
from toolkit.agreement.estimate import Estimate

Table = list[list[Hashable | None]]
SCALE = ["low", "mid", "high"]


def rows(table: Table) -> list[AnswerRow]:
    return [
        AnswerRow(f"s{unit}", f"article {unit // 2}", f"annotator {annotator}", str(value))
        for unit, row in enumerate(table)
        for annotator, value in enumerate(row)
        if value is not None
    ]


def estimates(answers: list[AnswerRow], level: str = "nominal") -> tuple[Estimate, ...]:
    return question_estimates("q", level, answers, scale=SCALE, replicates=50, seed=3)


def same(found: tuple[Estimate, ...], expected: tuple[Estimate, ...]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert [one.value, one.ci_low, one.ci_high] == pytest.approx(
            [other.value, other.ci_low, other.ci_high], abs=1e-9
        )
        assert one.undefined_because == other.undefined_because


@given(tables(SCALE), st.sampled_from(["nominal", "ordinal"]), st.randoms(use_true_random=False))
def test_order_of_the_rows(table: Table, level: str, random: Random) -> None:
    answers = rows(table)
    shuffled = random.sample(answers, len(answers))
    same(estimates(shuffled, level), estimates(answers, level))


@given(tables(SCALE), st.sampled_from(["nominal", "ordinal"]))
def test_names_of_the_annotators(table: Table, level: str) -> None:
    answers = rows(table)
    renamed = [AnswerRow(row.unit, row.cluster, row.annotator[::-1], row.value) for row in answers]
    same(estimates(renamed, level), estimates(answers, level))


@given(tables(SCALE))
def test_names_of_nominal_categories(table: Table) -> None:
    other_name = dict(zip(SCALE, ["mid", "high", "low"], strict=True))
    answers = rows(table)
    renamed = [AnswerRow(row.unit, row.cluster, row.annotator, other_name[str(row.value)]) for row in answers]
    for one, other in zip(estimates(renamed), estimates(answers), strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-12)


@given(tables(SCALE), st.sampled_from(["nominal", "ordinal"]), st.sampled_from(SCALE))
def test_a_unit_only_one_person_coded(table: Table, level: str, value: str) -> None:
    answers = rows(table)
    alone = AnswerRow("extra", "another article", "annotator 0", value)
    found, expected = estimates([*answers, alone], level), estimates(answers, level)
    same(found[:2], expected[:2])  # AC1 counts how often a category is used by anybody, single-coded units included
    assert found[0].n_units == expected[0].n_units + 1
    assert found[0].n_pairable == expected[0].n_pairable


@given(st.lists(st.sampled_from(SCALE), min_size=2, max_size=12), st.sampled_from(["nominal", "ordinal"]))
def test_perfect_agreement_is_one_wherever_it_is_defined(values: list[str], level: str) -> None:
    alpha, percent, *_ = estimates(rows([[value, value, value] for value in values]), level)
    assert percent.value == 1
    if len(set(values)) > 1:
        assert alpha.value == 1
    else:
        assert alpha.undefined_because == "no variation"


@given(tables(SCALE))
def test_the_mirrored_order_of_an_ordinal_scale(table: Table) -> None:
    answers = rows(table)
    mirrored = question_estimates("q", "ordinal", answers, scale=SCALE[::-1], replicates=0)
    straight = question_estimates("q", "ordinal", answers, scale=SCALE, replicates=0)
    assert mirrored[0].value == pytest.approx(straight[0].value, abs=1e-12)
