from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.export.rows.small import coded, only, rows, small


def test_the_order_in_a_round_is_by_time_and_by_number_where_that_is_the_same() -> None:
    named = {
        name: replace(coded(1, who, 0, voice="writer"), annotation_id=name)
        for who, name in zip(("ana", "ben", "cem", "dea", "eve"), ("m-10", "m-9", "m-2.1", "m-1", "r-1"), strict=True)
    }
    named["m-1"] = replace(named["m-1"], created_at=named["m-1"].created_at + timedelta(microseconds=1))
    named["r-1"] = replace(named["r-1"], round="repeat")
    found = rows("annotations", small(list(named.values())))
    # m-2.1 is of the round's second project, m-1 was submitted last of all
    assert dict(only(row, "annotation_id", "order_in_round") for row in found) == {
        "m-9": 1, "m-10": 2, "m-2.1": 3, "m-1": 4, "r-1": 1,
    }  # fmt: skip


def test_nothing_coded_has_no_order() -> None:
    assert rows("annotations", small([])) == []
