"""Of how many annotations blindness was enforced: counted, and said no larger than it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from tests.export.contents import BLANK, MONDAY
from toolkit.study.blindness import Blindness, Counting, in_one_sentence
from toolkit.study.records import Annotation


def made(*, blind: bool | None, later: int = 0, excluded: bool = False) -> Annotation:
    moment = MONDAY + timedelta(days=later)
    because = "skipped" if excluded else None
    return replace(BLANK, created_at=moment, blind=blind, excluded_because=because)  # type: ignore[arg-type]


def known(annotations: list[Annotation]) -> Blindness | None:
    counting = Counting()
    for annotation in annotations:
        counting.take(annotation)
    return counting.found


def test_only_what_counts_is_counted() -> None:
    annotations = [
        made(blind=True, later=2),
        made(blind=True, later=1),
        made(blind=False),
        made(blind=True, excluded=True),
    ]
    assert known(annotations) == Blindness(n_annotations=3, n_blind=2, since="2024-03-05")


def test_a_day_is_one_of_utc() -> None:
    east = timezone(timedelta(hours=14))
    one = replace(made(blind=True), created_at=datetime(2024, 3, 5, 1, tzinfo=east))
    assert known([one]) == Blindness(n_annotations=1, n_blind=1, since="2024-03-04")


@pytest.mark.parametrize("annotations", [[], [made(blind=None), made(blind=None)], [made(blind=True, excluded=True)]])
def test_nothing_is_known_of_nothing(annotations: list[Annotation]) -> None:
    assert known(annotations) is None


ALL = (
    "Annotators worked blind: the server showed each of them only their own answers (enforced for 1,204 of 1,204 "
    "annotations, since 2026-11-29)."
)
SOME = (
    "The server showed annotators only their own answers for 1,200 of 1,204 annotations (the first of them on "
    "2026-11-29); for the others this was not enforced"
)
NONE = "That annotators see only their own answers was not enforced by the server"


@pytest.mark.parametrize(
    ("n_blind", "n_unknown", "said"),
    [
        (1204, 0, ALL),
        (1200, 0, f"{SOME}."),
        (1200, 4, f"{SOME} (4: not known)."),
        (0, 0, f"{NONE}."),
        (0, 4, f"{NONE} (4: not known)."),
    ],
)
def test_in_one_sentence(n_blind: int, n_unknown: int, said: str) -> None:
    since = "2026-11-29" if n_blind else None
    found = Blindness(n_annotations=1204, n_blind=n_blind, n_unknown=n_unknown, since=since)
    assert in_one_sentence(found) == said
    assert found.of_all is (n_blind == 1204)
