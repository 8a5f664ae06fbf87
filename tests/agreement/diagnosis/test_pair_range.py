"""Between which values alpha of two annotators lies."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.agreement import by_definition
from toolkit.agreement.answer_rows import AnswerRow, coded_answers
from toolkit.agreement.diagnosis.pair_range import PairRange, pair_range
from toolkit.agreement.question_readings import readings_of

SCALE = ["a", "b"]


def found_in(table: dict[str, str]) -> PairRange | None:
    """Of the codes of each annotator, a unit a letter; a dot where none."""
    rows = [
        AnswerRow(f"s{place:02}", "article", name, value)
        for name, codes in table.items()
        for place, value in enumerate(codes)
        if value != "."
    ]
    return pair_range(readings_of("nominal", coded_answers("nominal", rows, SCALE, clustered=False), SCALE)[0])


def alpha_of(one: str, other: str) -> float:
    units = [[a, b] for a, b in zip(one, other, strict=True) if "." not in (a, b)]
    found = by_definition.alpha(units, by_definition.nominal)
    assert found is not None
    return found


def test_the_lowest_and_the_highest_pair_by_definition() -> None:
    table = {"ann": "aabbaabbaabb", "bo": "aabbaabbaaba", "cy": "abababaabbab"}
    found = found_in(table)
    assert found is not None
    by_pair = {pair: alpha_of(*(table[name] for name in pair)) for pair in combinations(table, 2)}
    assert found.n_pairs == 3
    assert found.lowest_pair == min(by_pair, key=by_pair.__getitem__)
    assert found.highest_pair == max(by_pair, key=by_pair.__getitem__)
    assert (found.lowest, found.highest) == pytest.approx((min(by_pair.values()), max(by_pair.values())))


def test_pairs_that_share_too_little_are_left_out() -> None:
    """Ann and Dee share nine units, one of them told apart: they are no pair to name."""
    table = {"ann": "aabbaabbaabb", "bo": "aabbaabbaaba", "cy": "abababaabbab", "dee": "bbaabbaab..."}
    found = found_in(table)
    assert found is not None
    assert found.n_pairs == 3
    assert "dee" not in {*found.lowest_pair, *found.highest_pair}


def test_one_pair_is_no_range() -> None:
    assert found_in({"ann": "aabbaabbaabb", "bo": "aabbaabbaaba"}) is None
    assert found_in({"ann": "aabbaabbaabb", "bo": "aabbaabbaaba", "cy": "a..........."}) is None
