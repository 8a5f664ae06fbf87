"""Numbers with hundreds of distinct values, far outliers, and magnitudes at the ends of floating point."""

from __future__ import annotations

from random import Random

import pytest

from tests.agreement import by_definition
from tests.agreement.one_question import question_estimates
from toolkit.agreement.answer_rows import AnswerRow
from toolkit.agreement.measures import TOO_MANY_VALUES, measures


def rows(pairs: list[tuple[float, float]]) -> list[AnswerRow]:
    return [
        AnswerRow(f"s{n}", "x", who, value)
        for n, pair in enumerate(pairs)
        for who, value in zip("ab", pair, strict=True)
    ]


def measured(n: int, *, size: float = 1.0, seed: int = 1) -> list[tuple[float, float]]:
    random = Random(seed)
    return [(size * (x := random.gauss(5, 1)), size * (x + random.gauss(0, 0.5))) for _ in range(n)]


def squared(one: object, other: object) -> float:
    return (float(str(one)) - float(str(other))) ** 2


@pytest.mark.parametrize("n", [20, 150])
def test_interval_by_definition_with_few_and_many_values(n: int) -> None:
    pairs = measured(n)
    found = question_estimates("q", "interval", rows(pairs), replicates=0)[0]
    assert found.value == pytest.approx(by_definition.alpha([list(pair) for pair in pairs], squared), abs=1e-12)


@pytest.mark.parametrize("far", [1e5, 1e8, 1e12])
@pytest.mark.parametrize("n", [104, 150])
def test_a_far_number_only_one_person_gave_changes_nothing(n: int, far: float) -> None:
    pairs = measured(n)
    alone = AnswerRow("alone", "x", "a", far)
    expected = question_estimates("q", "interval", rows(pairs), replicates=0)
    found = question_estimates("q", "interval", [*rows(pairs), alone], replicates=0)
    assert [one.value for one in found] == pytest.approx([one.value for one in expected], abs=1e-12)


@pytest.mark.parametrize("size", [1e-170, 1e-300, 1e200, 1e300])
@pytest.mark.parametrize("n", [20, 150])
def test_the_unit_of_measurement_does_not_matter(n: int, size: float) -> None:
    expected = question_estimates("q", "interval", rows(measured(n)), replicates=0)[0]
    found = question_estimates("q", "interval", rows(measured(n, size=size)), replicates=0)[0]
    assert found.value == pytest.approx(expected.value, abs=1e-9)


def test_equal_numbers_do_not_vary_whatever_else_one_person_gave() -> None:
    alone = [AnswerRow(f"alone {n}", "x", "a", float(n)) for n in range(300)]
    found = question_estimates("q", "interval", [*rows([(7.25, 7.25)] * 5), *alone], replicates=0)[0]
    assert found.undefined_because == "no variation"


def test_percent_agreement_with_many_values() -> None:
    pairs = measured(150) + [(float(n), float(n)) for n in range(50)]
    found = question_estimates("q", "interval", rows(pairs), replicates=0)[1]
    assert found.value == pytest.approx(50 / 200)


def test_more_numbers_than_a_table_of_ratios_can_hold() -> None:
    found = question_estimates("q", "ratio", rows(measured(1600)), replicates=0)
    assert (found[0].measure, found[0].value) == ("krippendorff_alpha", None)
    assert found[0].undefined_because == TOO_MANY_VALUES
    assert found[1].value == 0  # percent agreement needs no distances


def test_a_crowd_is_no_matter_where_annotators_are_interchangeable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of values were once compared in a table of all units by all annotators."""
    pairs = measured(150)
    crowd = [
        AnswerRow(f"s{n}", "x", f"{who}{n if n % 2 else ''}", value)
        for n, pair in enumerate(pairs)
        for who, value in zip("ab", pair, strict=True)
    ]
    expected = by_definition.alpha([list(pair) for pair in pairs], squared)
    monkeypatch.setattr("toolkit.agreement.matrix.LARGEST_TABLE", 1)
    (left_out,) = (one for one in measures() if one.id == "krippendorff_alpha_leave_one_annotator_out")
    found = question_estimates("q", "interval", crowd, replicates=0, measures=[left_out])
    assert found[0].value == pytest.approx(expected, abs=1e-12)
    assert found[-1].undefined_because == "more than 100 annotators"
