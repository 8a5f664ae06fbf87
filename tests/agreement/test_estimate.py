from __future__ import annotations

import json
from dataclasses import fields

import pytest

from tests.agreement.one_question import AnswerRow, question_estimates
from toolkit.agreement.distances import checked_distances, ratio_distances
from toolkit.agreement.estimate import Estimate, Verdict, verdict_on


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.7, 0.9, "reached"),
        (0.69, 0.9, "undecided"),
        (0.5, 0.7, "undecided"),
        (0.5, 0.69, "not reached"),
        (None, None, "undecided"),
    ],
)
def test_verdict(low: float | None, high: float | None, verdict: Verdict) -> None:
    assert verdict_on(0.7, low, high) == verdict
    assert verdict_on(None, low, high) is None


def test_json_has_every_field_and_nothing_that_is_not_json() -> None:
    answers = [
        AnswerRow(f"s{n}", f"article {n % 12}", who, "a" if n % 3 else "b") for n in range(24) for who in ("x", "y")
    ]
    answers[0] = AnswerRow("s0", "article 0", "x", "a")
    for estimate in question_estimates("q", "nominal", answers, scale=["a", "b"], target=0.7, replicates=200):
        plain = estimate.to_json()
        assert list(plain) == [field.name for field in fields(Estimate)]
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain


@pytest.mark.parametrize(
    "table",
    [
        [[0.0, 1.0]],
        [[0.0, 1.0], [0.5, 0.0]],
        [[0.0, -1.0], [-1.0, 0.0]],
        [[0.1, 1.0], [1.0, 0.0]],
        [[0.0, float("nan")]] * 2,
    ],
    ids=["not square", "not symmetric", "negative", "diagonal", "nan"],
)
def test_impossible_distance_tables_are_refused(table: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"distance|symmetric"):
        checked_distances(table)


def test_a_ratio_scale_starts_at_zero() -> None:
    with pytest.raises(ValueError, match="starts at 0"):
        ratio_distances([-1.0, 2.0])
