"""When blindness was enforced: kept by server, never shortened or lost, and what lies within it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

import pytest

from tests.codebook.samples import FULL, codebook
from toolkit.errors import BadInput
from toolkit.study import blind_periods, former_projects, rounds
from toolkit.study.blind_periods import BlindPeriod, covered, made_blind
from toolkit.study.database import Database
from toolkit.study.rounds import Decision

URL = "https://label.example.org"


def at(hour: float) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hour)


def between(*hours: tuple[float, float]) -> tuple[BlindPeriod, ...]:
    return tuple(BlindPeriod(at(began), at(last_seen)) for began, last_seen in hours)


def rows(database: Database) -> list[tuple[object, ...]]:
    return [tuple(row) for row in database.rows("SELECT * FROM blind_periods ORDER BY 1, 2")]


def test_what_a_server_said_is_kept_oldest_first(database: Database) -> None:
    assert blind_periods.periods(database, URL) == ()
    blind_periods.record(database, URL, [(at(12), at(15)), (at(9), at(11))])
    assert blind_periods.periods(database, URL) == between((9, 11), (12, 15))
    assert blind_periods.periods(database, "embedded") == ()


def test_the_same_again_changes_nothing(database: Database) -> None:
    blind_periods.record(database, URL, [(at(9), at(11)), (at(12), at(15))])
    before = rows(database)
    for again in ([(at(9), at(11)), (at(12), at(15))], [(at(12), at(15))], []):
        blind_periods.record(database, URL, again)
        assert rows(database) == before


@pytest.mark.parametrize("order", [*permutations([9.5, 11, 10.25])])
def test_a_period_is_as_long_as_it_was_ever_said_to_be(database: Database, order: tuple[float, ...]) -> None:
    """Whole seconds and parts of them are compared as moments, not as they are written."""
    for hour in order:
        blind_periods.record(database, URL, [(at(9), at(hour))])
    assert blind_periods.periods(database, URL) == between((9, 11))


def test_none_is_forgotten_because_the_server_did(database: Database) -> None:
    blind_periods.record(database, URL, [(at(9), at(11))])
    blind_periods.record(database, URL, [(at(12), at(15))])
    assert blind_periods.periods(database, URL) == between((9, 11), (12, 15))


def test_periods_that_overlap_are_one(database: Database) -> None:
    """As of a server of several processes, each of which says since when it runs."""
    blind_periods.record(database, URL, [(at(9), at(14)), (at(10), at(11)), (at(14), at(15)), (at(16), at(17))])
    assert blind_periods.periods(database, URL) == between((9, 15), (16, 17))


def test_moments_of_another_zone_are_the_same_moments(database: Database) -> None:
    east = timezone(timedelta(hours=5))
    blind_periods.record(database, URL, [(at(9).astimezone(east), at(11).astimezone(east)), (at(9), at(10))])
    assert blind_periods.periods(database, URL) == between((9, 11))
    assert len(rows(database)) == 1


def test_every_period_that_can_be_none_is_named_and_none_is_kept(database: Database) -> None:
    given = [(at(9), at(11)), (at(12), at(11)), (at(13).replace(tzinfo=None), at(14))]
    with pytest.raises(BadInput) as refused:
        blind_periods.record(database, URL, given)
    assert [fault.place for fault in refused.value.faults] == ["period 2", "period 3"]
    assert "before it began" in refused.value.faults[0].message
    assert "time zone" in refused.value.faults[1].message
    assert rows(database) == []


def test_another_server_in_the_place_of_one_has_not_enforced_what_that_did(database: Database) -> None:
    rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
    rounds.set_project(database, "pilot", server_url=URL, project_id=1)
    blind_periods.record(database, URL, [(at(9), at(11))])
    former_projects.leave_server(database, URL)
    assert blind_periods.periods(database, URL) == ()
    assert blind_periods.periods(database, former_projects.former_accounts(database, "pilot")[1]) == between((9, 11))
    blind_periods.record(database, URL, [(at(9), at(10))])
    former_projects.leave_server(database, URL)  # no round was made on it: its name is another nevertheless
    assert blind_periods.periods(database, former_projects.former_accounts(database, "pilot")[1]) == between((9, 11))


ENFORCED = between((9, 11), (12, 15))


@pytest.mark.parametrize(
    ("hour", "within"), [(8.99, False), (9, True), (10, True), (11, True), (11.01, False), (12, True), (15.01, False)]
)
def test_a_period_holds_its_first_moment_and_its_last(hour: float, within: bool) -> None:
    assert covered(ENFORCED, at(hour)) is within
    assert not covered((), at(hour))


@pytest.mark.parametrize(
    ("created", "updated", "blind"),
    [
        (10, 10, True),
        (8, 8, False),
        (10, 10.5, True),
        (10, 13, True),  # the server was started anew between submitting and editing
        (10, 11.5, False),  # edited while nothing was enforced
        (8, 10, False),  # submitted before anything was
        (8, 16, False),
    ],
)
def test_submitted_and_last_changed_while_it_was_enforced(created: float, updated: float, blind: bool) -> None:
    found = made_blind(ENFORCED, created_at=at(created), updated_at=at(updated), saved_by_annotator=True)
    assert found is blind
    assert not made_blind(ENFORCED, created_at=at(created), updated_at=at(updated), saved_by_annotator=False)
    assert not made_blind((), created_at=at(created), updated_at=at(updated), saved_by_annotator=True)


def test_what_the_server_writes_a_moment_after_submitting_is_no_edit() -> None:
    """It puts some 30 µs between the two, and a period may end there."""
    last = ENFORCED[-1].last_seen
    for after, blind in ((timedelta(microseconds=30), True), (timedelta(seconds=1), False)):
        assert made_blind(ENFORCED, created_at=last, updated_at=last + after, saved_by_annotator=True) is blind
