from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from tests.codebook.samples import FULL, codebook
from toolkit.errors import BadInput
from toolkit.study import annotation_versions, rounds, server_items, stored_annotations
from toolkit.study.annotation_versions import Seen, SeenItem, Tally
from toolkit.study.database import Database, open_database
from toolkit.study.rounds import Decision
from toolkit.study.stored_annotations import Stored

EARLY, LATE, LATEST = "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00.500000+00:00", "2026-03-02T00:00:00+00:00"


@pytest.fixture
def pilot(database: Database) -> Database:
    """A round of the five sentences, in which b comes before a."""
    rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
    rounds.plan(database, "pilot", [(sentence_id, 2) for sentence_id in ("b-1", "b-2", "a-1", "a-2", "a-3")])
    return database


def seen(number: int, says: str = "one", when: str = EARLY, user: int = 1) -> Seen:
    return Seen(number, when, user, {"id": number, "says": says})


def skip(number: int, user: int = 1) -> Seen:
    return Seen(number, EARLY, user, {"id": number, "was_cancelled": True}, skipped=True)


def item(remote_id: int, *annotations: Seen, sentence: str | None = "a-1") -> SeenItem:
    return SeenItem(remote_id, sentence, annotations)


def server(database: Database, *items: SeenItem) -> Tally:
    """A page of the server, whose losses are certain."""
    page = annotation_versions.store(database, "pilot", items, snapshot=True)
    gone = annotation_versions.bury(database, "pilot", annotation_ids=page.missing) if page.missing else 0
    return page.tally + Tally(gone=gone)


def file(database: Database, *items: SeenItem, revive: bool = False) -> Tally:
    return annotation_versions.store(database, "pilot", items, snapshot=False, revive=revive).tally


def current(database: Database) -> dict[int, Stored]:
    return {stored.annotation_id: stored for stored in stored_annotations.newest(database, "pilot")}


def says(database: Database, number: int) -> object:
    return current(database)[number].raw["says"]


def everything(database: Database) -> list[tuple[object, ...]]:
    tables = ("annotations", "annotation_versions", "tombstones")
    return [tuple(row) for table in tables for row in database.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]


def versions(database: Database) -> list[str]:
    query = "SELECT raw FROM annotation_versions ORDER BY annotation_id, version"
    return [json.loads(row["raw"])["says"] for row in database.rows(query)]


def test_the_same_page_again_changes_nothing(pilot: Database) -> None:
    page = (item(1, seen(10), seen(11, user=2)), item(2, seen(12), sentence="a-2"), item(3, sentence="a-3"))
    assert server(pilot, *page) == Tally(new=3)
    before = everything(pilot)
    assert server(pilot, *page) == Tally(unchanged=3)
    assert everything(pilot) == before


def test_an_edit_is_a_new_version_and_the_old_one_is_kept(pilot: Database) -> None:
    server(pilot, item(1, seen(10, "one")))
    assert server(pilot, item(1, seen(10, "two", LATE))) == Tally(edited=1)
    assert says(pilot, 10) == "two"
    assert current(pilot)[10].n_versions == 2
    assert versions(pilot) == ["one", "two"]


def test_a_third_edit_that_says_what_the_first_did_is_current(pilot: Database) -> None:
    for version in ("one", "two", "one"):
        server(pilot, item(1, seen(10, version)))
    assert says(pilot, 10) == "one"
    assert current(pilot)[10].n_versions == 2


def test_gone_is_marked_once_and_nothing_is_lost(pilot: Database) -> None:
    server(pilot, item(1, seen(10), seen(11, user=2)))
    assert server(pilot, item(1, seen(11, user=2))) == Tally(gone=1, unchanged=1)
    assert server(pilot, item(1, seen(11, user=2))) == Tally(unchanged=1)
    assert current(pilot)[10].gone
    assert not current(pilot)[11].gone
    assert says(pilot, 10) == "one"


def test_back_again_as_it_was_and_back_again_edited(pilot: Database) -> None:
    server(pilot, item(1, seen(10), seen(11, user=2)))
    server(pilot, item(1))
    assert server(pilot, item(1, seen(10), seen(11, "two", LATE, user=2))) == Tally(edited=1, back=2)
    assert not any(stored.gone for stored in current(pilot).values())
    assert says(pilot, 11) == "two"


def test_a_page_says_nothing_about_items_not_on_it(pilot: Database) -> None:
    server(pilot, item(1, seen(10)))
    assert server(pilot, item(2, seen(11), sentence="a-2")) == Tally(new=1)
    assert not current(pilot)[10].gone


def test_an_annotation_moved_to_another_item_follows_it(pilot: Database) -> None:
    """Label Studio moves annotations when it removes duplicates; both orders of the items must do."""
    for old, new, numbers in ((1, 2, (10,)), (4, 3, (20,))):
        server(pilot, item(old, *map(seen, numbers)))
        pages = sorted([item(old), item(new, *map(seen, numbers), sentence="a-2")], key=lambda page: page.remote_id)
        server(pilot, *pages)
        assert current(pilot)[numbers[0]].remote_id == new
        assert current(pilot)[numbers[0]].sentence_id == "a-2"
        assert not current(pilot)[numbers[0]].gone


def test_a_deleted_item_takes_its_annotations_along(pilot: Database) -> None:
    server(pilot, item(1, seen(10), seen(11, user=2)), item(2, seen(12), sentence="a-2"))
    assert server_items.known_items(pilot, "pilot") == {1, 2}
    assert annotation_versions.bury(pilot, "pilot", remote_ids=[1, 99]) == 2
    assert annotation_versions.bury(pilot, "pilot", remote_ids=[1, 99]) == 0
    assert server_items.known_items(pilot, "pilot") == {2}
    assert server_items.held(pilot, "pilot") == server_items.Held(1, 1)


def test_what_is_missing_is_not_gone_before_that_is_certain(pilot: Database) -> None:
    server(pilot, item(1, seen(10), skip(11, user=2)))
    assert server_items.held(pilot, "pilot") == server_items.Held(1, 1)
    page = annotation_versions.store(pilot, "pilot", [item(1, skip(11, user=2))], snapshot=True)
    assert page.missing == {10}
    assert not current(pilot)[10].gone
    assert server_items.held(pilot, "pilot") == server_items.Held(
        1, None
    )  # compares with nothing, so it will be read again
    assert annotation_versions.bury(pilot, "pilot", annotation_ids=page.missing) == 1
    assert current(pilot)[10].gone
    assert server_items.held(pilot, "pilot") == server_items.Held(1, 0)
    assert server_items.states(pilot, "pilot", first=1, last=1)[1].n_skips == 1


def test_items_are_compared_by_when_they_changed_and_what_they_carry(pilot: Database) -> None:
    server(pilot, replace(item(1, seen(10), skip(11, user=2)), updated_at=LATE), item(7, sentence=None))
    assert server_items.states(pilot, "pilot", first=1, last=6) == {1: server_items.ItemState(1, LATE, 1, 1)}


def test_copies_are_the_items_that_repeat_a_sentence(pilot: Database) -> None:
    rounds.record_remote(pilot, "pilot", {"a-1": 1, "a-2": 2})
    server(pilot, item(1), item(2, sentence="a-2"), item(3), item(4), item(5, sentence=None))
    assert server_items.copies(pilot, "pilot") == {"a-1": (3, 4)}


@pytest.mark.parametrize("when", [EARLY, LATE])
def test_an_older_version_from_a_file_is_kept_but_never_current(pilot: Database, when: str) -> None:
    server(pilot, item(1, seen(10, "new", LATE)))
    file(pilot, item(1, seen(10, "old", when)))
    assert says(pilot, 10) == "new"
    assert sorted(versions(pilot)) == ["new", "old"]
    before = everything(pilot)
    assert file(pilot, item(1, seen(10, "old", when))) == Tally(unchanged=1)
    assert everything(pilot) == before
    assert server(pilot, item(1, seen(10, "new", LATE))) == Tally(unchanged=1)


def test_a_newer_version_from_a_file_is_current(pilot: Database) -> None:
    server(pilot, item(1, seen(10, "old", EARLY)))
    assert file(pilot, item(1, seen(10, "new", LATE))) == Tally(edited=1)
    assert says(pilot, 10) == "new"


def told(number: int, *, more: bool = False, answer: str = "ok", when: str = EARLY) -> Seen:
    """A submission as the server lists it; with ``more`` as a file has it."""
    raw = {"id": number, "result": [answer], "created_at": EARLY, "updated_at": when, "lead_time": 5.0}
    return Seen(number, when, 1, raw | ({"unique_id": "u", "result_count": 1} if more else {}))


@pytest.mark.parametrize("first", [True, False])
def test_one_submission_told_in_two_ways_is_one_version(pilot: Database, *, first: bool) -> None:
    file(pilot, item(1, told(10, more=first)))
    assert server(pilot, item(1, told(10, more=not first))) == Tally(unchanged=1)
    assert current(pilot)[10].n_versions == 1
    assert server(pilot, item(1, told(10, answer="broken", when=LATE))) == Tally(edited=1)
    assert file(pilot, item(1, told(10, more=True, answer="broken", when=LATE))) == Tally(unchanged=1)
    assert server(pilot, item(1)) == Tally(gone=1)
    assert server(pilot, item(1, told(10, more=True, answer="broken", when=LATE))) == Tally(back=1)
    assert current(pilot)[10].n_versions == 2


def test_what_an_earlier_pull_kept_twice_is_one_version_of_the_history(pilot: Database) -> None:
    server(pilot, item(1, told(10)))
    twice = told(10, more=True)
    text = json.dumps(twice.raw)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with pilot.transaction() as connection:
        row = ("pilot", 1, 10, 2, digest, text, EARLY, LATEST)
        connection.execute("INSERT INTO annotation_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("UPDATE annotations SET version = 2, digest = ?", (digest,))
    (one,) = stored_annotations.versions_of(pilot, "pilot", project=1, annotation_id=10)
    assert (one.version, one.in_force, one.raw) == (1, True, told(10).raw)
    server(pilot, item(1, told(10, answer="broken", when=LATE)))
    found = stored_annotations.versions_of(pilot, "pilot", project=1, annotation_id=10)
    assert [(one.version, one.in_force) for one in found] == [(1, False), (2, True)]


def test_nothing_is_concluded_from_what_a_file_lacks(pilot: Database) -> None:
    server(pilot, item(1, seen(10), seen(11, user=2)))
    assert file(pilot, item(1, seen(11, user=2))) == Tally(unchanged=1)
    assert not current(pilot)[10].gone


def test_an_old_file_does_not_raise_the_dead(pilot: Database) -> None:
    server(pilot, item(1, seen(10, "one", LATE)))
    server(pilot, item(1))
    file(pilot, item(1, seen(10, "one", LATE)))
    file(pilot, item(1, seen(10, "zero", EARLY)))
    assert current(pilot)[10].gone
    assert file(pilot, item(1, seen(10, "two", LATEST))) == Tally(edited=1, back=1)


def test_a_file_raises_the_dead_when_it_is_asked_to(pilot: Database) -> None:
    server(pilot, item(1, seen(10, "one", LATE), seen(11, user=2)))
    server(pilot, item(1))
    assert file(pilot, item(1, seen(10, "one", LATE)), revive=True) == Tally(back=1)
    assert not current(pilot)[10].gone
    assert current(pilot)[11].gone


def test_a_file_of_another_project_is_refused(pilot: Database) -> None:
    server(pilot, item(1, seen(10)))
    before = everything(pilot)
    with pytest.raises(BadInput) as refused:
        file(pilot, item(7, seen(11)), item(8, seen(10, "other", LATEST), sentence="a-2"))
    assert [fault.place for fault in refused.value.faults] == ["annotation 10"]
    assert everything(pilot) == before


def test_an_annotation_twice_on_a_page_is_refused(pilot: Database) -> None:
    with pytest.raises(BadInput, match="annotation 10: occurs twice"):
        file(pilot, item(1, seen(10)), item(2, seen(10), sentence="a-2"))
    assert everything(pilot) == []


def test_a_page_that_fails_in_the_middle_leaves_nothing(pilot: Database) -> None:
    server(pilot, item(1, seen(10)))
    before = everything(pilot)

    def failing(_: SeenItem, annotation: Seen) -> None:
        if annotation.annotation_id == 12:
            raise KeyboardInterrupt

    page = (item(1), item(2, seen(11), sentence="a-2"), item(3, seen(12), sentence="a-3"))
    with pytest.raises(KeyboardInterrupt):
        annotation_versions.store(pilot, "pilot", page, snapshot=True, on_change=failing)
    assert everything(pilot) == before
    assert server(pilot, *page) == Tally(new=2, gone=1)


def test_what_changed_is_told_once(pilot: Database) -> None:
    told: list[int] = []
    page = (item(1, seen(10), seen(11, user=2)),)
    for _ in range(2):
        annotation_versions.store(
            pilot, "pilot", page, snapshot=True, on_change=lambda _, one: told.append(one.annotation_id)
        )
    assert told == [10, 11]


def test_rounds_do_not_share_annotations(pilot: Database) -> None:
    rounds.create(pilot, "main", Decision(2), codebook(), document=FULL)
    server(pilot, item(1, seen(10)))
    assert annotation_versions.store(pilot, "main", [item(1, seen(10, "main"))], snapshot=True).tally == Tally(new=1)
    assert says(pilot, 10) == "one"


def test_annotations_come_in_reading_order_and_strangers_last(pilot: Database) -> None:
    server(
        pilot,
        item(1, seen(30), sentence="a-1"),
        item(2, seen(12), sentence="b-2"),
        item(3, seen(2), seen(100), sentence=None),
        item(4, seen(3), seen(101), sentence="elsewhere"),
        item(5, seen(9), seen(10), sentence="b-1"),
    )
    assert list(current(pilot)) == [
        30,
        9,
        10,
        12,
        2,
        100,
        3,
        101,
    ]  # a was added before b, whatever the round's order is


def test_more_items_than_a_query_takes_parameters(pilot: Database) -> None:
    page = [item(number, seen(number), sentence=None) for number in range(1, 1201)]
    assert server(pilot, *page) == Tally(new=1200)
    assert server(pilot, *page) == Tally(unchanged=1200)


def test_tallies_add_up() -> None:
    assert Tally(1, 2, 3, 4, 5) + Tally(10, 20, 30, 40, 50) == Tally(11, 22, 33, 44, 55)


def test_what_is_left_out_counts_as_known_of(pilot: Database) -> None:
    """Else every pull would find the server holding more than the study, and list everything."""
    both = replace(item(7, seen(1), skip(2)), n_left_out=2, n_skips_left_out=1)
    server(pilot, both)
    (state,) = server_items.states(pilot, "pilot", first=7, last=7).values()
    assert (state.n_annotations, state.n_skips) == (3, 2)
    assert server_items.held(pilot, "pilot").n_annotations == 3
    assert sorted(current(pilot)) == [1, 2]


def test_annotations_come_in_reading_order_and_where_they_are_planned_first(pilot: Database) -> None:
    """Sentences of a before those of b, as they were added; then what the round does not have."""
    server(
        pilot,
        item(1, seen(40, user=1), seen(10, user=2), sentence="b-2"),
        item(2, seen(30), sentence=None),
        item(3, seen(50), sentence="a-3"),
        item(4, seen(20, user=2), seen(60, user=1), sentence="a-1"),
        item(5, seen(5), sentence="nowhere"),
    )
    found = list(stored_annotations.newest(pilot, "pilot"))
    assert [one.annotation_id for one in found] == [20, 60, 50, 10, 40, 30, 5]
    assert [one.planned for one in found] == [True] * 5 + [False] * 2
    for planned in (True, False):
        assert [one for one in found if one.planned is planned] == [
            *stored_annotations.newest(pilot, "pilot", planned=planned)
        ]


def test_a_reading_is_of_one_moment(pilot: Database) -> None:
    server(pilot, item(1, seen(10)), item(2, seen(11), sentence="a-2"), item(3, seen(12), sentence="a-3"))
    reading = stored_annotations.newest(pilot, "pilot")
    first = next(reading)
    with open_database(pilot.path) as other:
        server(other, item(1, seen(10)), item(2, seen(11, "two", LATE), sentence="a-2"))
    assert [(one.annotation_id, one.raw["says"]) for one in (first, *reading)] == [
        (10, "one"),
        (11, "one"),
        (12, "one"),
    ]
    assert [one.raw["says"] for one in stored_annotations.newest(pilot, "pilot")] == ["one", "two", "one"]
