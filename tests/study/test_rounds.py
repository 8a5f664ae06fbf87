from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.codebook.samples import FULL, codebook
from toolkit.errors import UsageError
from toolkit.study import rounds, sweeps
from toolkit.study.database import Database
from toolkit.study.rounds import Decision
from toolkit.study.sweeps import Sweep

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DECISION = Decision(1, "articles", 2, reliability_share=0.15, reliability_annotators=3, seed=5)
MENDED = FULL.replace("version: 1.0.0", "version: 1.1.0").replace("Is it a sentence?", "Is it one sentence?")


@pytest.fixture
def pilot(database: Database) -> Database:
    rounds.create(database, "pilot", DECISION, codebook(), document=FULL)
    return database


def remote_ids(database: Database) -> dict[str, int | None]:
    return {entry.sentence_id: entry.remote_id for entry in rounds.ledger(database, "pilot")}


def test_a_round_is_read_back_as_it_was_decided(pilot: Database) -> None:
    found = rounds.get(pilot, "pilot")
    assert found.decision == DECISION
    assert found.codebook_hash == codebook().hash
    assert (found.server_url, found.project_id, found.watermark, found.pulled_at) == (None, None, None, None)
    rounds.set_project(pilot, "pilot", server_url="embedded", project_id=4)
    assert rounds.get(pilot, "pilot").project_id == 4


def test_an_unknown_round_names_those_there_are(pilot: Database) -> None:
    rounds.create(pilot, "main", DECISION, codebook(), document=FULL)
    assert rounds.names(pilot) == ("pilot", "main")
    with pytest.raises(UsageError, match=r"no round 'mian' \(rounds: pilot, main\)"):
        rounds.get(pilot, "mian")


def test_a_round_is_made_once(pilot: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        rounds.create(pilot, "pilot", Decision(9), codebook(), document=FULL)
    assert rounds.get(pilot, "pilot").decision == DECISION


def test_the_codebook_in_force_is_the_last_one(pilot: Database) -> None:
    mended = codebook(MENDED)
    rounds.change_codebook(pilot, "pilot", mended, document=MENDED, since=NOON)
    first, second = rounds.codebook_versions(pilot, "pilot")
    assert (first.version, first.since, first.document) == ("1.0.0", None, FULL)
    assert (second.version, second.since, second.document) == ("1.1.0", NOON, MENDED)
    assert rounds.get(pilot, "pilot").codebook_hash == mended.hash


def test_going_back_to_an_earlier_codebook_is_a_third_entry(pilot: Database) -> None:
    rounds.change_codebook(pilot, "pilot", codebook(MENDED), document=MENDED, since=NOON)
    rounds.change_codebook(pilot, "pilot", codebook(), document=FULL, since=NOON.replace(hour=13))
    assert [version.version for version in rounds.codebook_versions(pilot, "pilot")] == ["1.0.0", "1.1.0", "1.0.0"]
    assert rounds.get(pilot, "pilot").codebook_hash == codebook().hash


def test_planning_more_keeps_the_order_and_what_was_planned(pilot: Database) -> None:
    rounds.plan(pilot, "pilot", [("b-1", 3), ("b-2", 3)])
    rounds.plan(pilot, "pilot", [("a-1", 1)])
    planned = [(e.sequence, e.sentence_id, e.article_id, e.annotators_wanted) for e in rounds.ledger(pilot, "pilot")]
    assert planned == [(1, "b-1", "b", 3), (2, "b-2", "b", 3), (3, "a-1", "a", 1)]


@pytest.mark.parametrize("wrong", ["b-1", "no-such-sentence"])
def test_a_plan_is_added_whole_or_not_at_all(pilot: Database, wrong: str) -> None:
    rounds.plan(pilot, "pilot", [("b-1", 3)])
    with pytest.raises(sqlite3.IntegrityError):
        rounds.plan(pilot, "pilot", [("a-1", 1), (wrong, 1)])
    assert list(remote_ids(pilot)) == ["b-1"]


def test_numbers_on_the_server_may_move_between_sentences(pilot: Database) -> None:
    rounds.plan(pilot, "pilot", [("a-1", 1), ("a-2", 1), ("a-3", 1)])
    rounds.record_remote(pilot, "pilot", {"a-1": 10, "a-2": 11, "a-3": 12})
    rounds.record_remote(pilot, "pilot", {"a-1": 11, "a-2": 10, "a-3": None})
    assert remote_ids(pilot) == {"a-1": 11, "a-2": 10, "a-3": None}


def test_two_sentences_cannot_be_one_item(pilot: Database) -> None:
    rounds.plan(pilot, "pilot", [("a-1", 1), ("a-2", 1)])
    rounds.record_remote(pilot, "pilot", {"a-1": 10})
    with pytest.raises(sqlite3.IntegrityError):
        rounds.record_remote(pilot, "pilot", {"a-2": 10})
    assert remote_ids(pilot) == {"a-1": 10, "a-2": None}


def test_an_empty_sweep_does_not_move_the_watermark_back(pilot: Database) -> None:
    sweeps.finish(pilot, "pilot", Sweep(None, NOON, NOON + HOUR, NOON))
    sweeps.finish(pilot, "pilot", Sweep(None, None, NOON + HOUR, NOON))
    found = rounds.get(pilot, "pilot")
    assert (found.watermark, found.newest_seen) == (NOON, NOON)
    assert found.pulled_at is not None


def test_a_sweep_that_was_stopped_is_remembered_until_it_ends(pilot: Database) -> None:
    sweep = Sweep(NOON, NOON + HOUR, NOON + 2 * HOUR, NOON)
    assert sweeps.begun(pilot, "pilot") is None
    sweeps.reached(pilot, "pilot", sweep, 7)
    assert sweeps.begun(pilot, "pilot") == replace(sweep, last=7)
    assert sweeps.reached(pilot, "pilot", sweep, 9) == sweeps.begun(pilot, "pilot") == replace(sweep, last=9)
    sweeps.finish(pilot, "pilot", sweep)
    assert sweeps.begun(pilot, "pilot") is None
    found = rounds.get(pilot, "pilot")
    assert (found.watermark, found.newest_seen) == (NOON + HOUR, NOON + HOUR)
    assert (found.server_asked_at, found.asked_at) == (NOON + 2 * HOUR, NOON)
