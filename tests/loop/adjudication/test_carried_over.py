"""Decisions on a round whose categories were renamed, merged and split after them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import codebook
from tests.loop.adjudication.adjudicated import ARMY, BOOK, NOA, decide, study
from toolkit.codebook.answers import Mark
from toolkit.codebook.migration.map_of_codes import read_map, written_map
from toolkit.errors import UsageError
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE
from toolkit.loop.adjudication.agreed import accept_agreed
from toolkit.loop.adjudication.carried_over import carried_value
from toolkit.loop.adjudication.decisions import settled_of
from toolkit.loop.adjudication.start import start
from toolkit.loop.adjudication.status import status
from toolkit.loop.export import export
from toolkit.loop.validate import validate
from toolkit.study import answer_migrations
from toolkit.study.decisions import Settled
from toolkit.study.folder import Study

PAPER, POLICE = {"gate": "ok", "kind": "paper"}, {"gate": "ok", "kind": "police", "rank": "middle"}


def migrate(made: Study) -> None:
    step = read_map(MAP, old=BOOK, new=codebook(AFTER), source="map.yaml")
    with made.database() as database:
        since = datetime(2026, 3, 1, 12, tzinfo=UTC)
        codes = written_map(step.codes)
        answer_migrations.record(database, "pilot", step.new, document=AFTER, codes=codes, since=since)


def settled(made: Study) -> dict[tuple[str, str], Settled]:
    with made.database() as database:
        return settled_of(database, "pilot")


def test_decisions_and_agreed_answers_read_as_the_answers_do(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [ARMY, ARMY], [PAPER, PAPER]])
    decide(made, 1, {"kind": "army", "rank": "middle"})
    assert settled(made)["a-3", "kind"].value == "PRESS/paper"
    migrate(made)
    found = settled(made)
    assert (found["a-1", "kind"].outcome, found["a-1", "kind"].value) == ("decided", "PUBLIC/force")
    assert found["a-1", "rank"].value == "lower"
    assert (found["a-2", "kind"].outcome, found["a-2", "kind"].value) == ("agreed", "PUBLIC/force")
    assert found["a-2", "gate"].value == "whole"
    assert ("a-3", "kind") not in found  # it was split


def test_a_decision_for_what_was_split_settles_nothing_any_more(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [ARMY, PAPER]])
    decide(made, 1, {"kind": "paper"})
    decide(made, 2, {"kind": BOTH_DEFENSIBLE, "rank": "low"}, reason="both_defensible")
    migrate(made)
    assert ("a-1", "kind") not in settled(made)
    assert ("a-2", "kind") not in settled(made)  # the distribution was of answers that are to be given again
    assert status(made).rejected["kind"] == 2


def test_what_two_decided_apart_may_have_become_one(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, POLICE]], per_sentence=2)
    decide(made, 1, {"kind": "army", "rank": "low"})
    decide(made, 1, {"kind": "police", "rank": "low"}, user=NOA)
    assert ("a-1", "kind") not in settled(made)
    migrate(made)
    assert settled(made)["a-1", "kind"].value == "PUBLIC/force"


def test_exports_hold_it_as_it_reads_now(tmp_path: Path) -> None:
    marks = {(0, 0): [Mark("Source", 0, 1, "a")], (0, 1): [Mark("Cue", 2, 6, "says")]}
    made = study(tmp_path / "s", [[{**ARMY, "topics": ["war"]}, {**POLICE, "topics": ["trade"]}]], marks=marks)
    answers = {"kind": "army", "rank": "low", "topics": ["trade", "war"]}
    decide(made, 1, answers, marks={"words": [Mark("Cue", 2, 6, "says")]})
    migrate(made)
    folder = export(made, replicates=0).folder
    assert validate(folder).faults == ()
    rows = {row["question"]: row for row in pq.read_table(folder / "adjudications.parquet").to_pylist()}
    assert rows["kind"]["code"] == "PUBLIC/force"
    assert rows["topics"]["codes"] == ["world"]
    assert rows["words"]["spans"] == '[["Credit", 2, 6]]'


def test_nothing_more_is_queued_on_a_page_that_has_categories_as_they_were(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    migrate(made)
    for go_on in (lambda: start(made, dry_run=True), lambda: accept_agreed(made)):
        with pytest.raises(UsageError, match="since its adjudication began"):
            go_on()


def test_values_as_json_holds_them() -> None:
    step = [read_map(MAP, old=BOOK, new=codebook(AFTER), source="map.yaml")]
    assert carried_value("kind", "unknown", step) == "unknown"
    assert carried_value("topics", [], step) == []
    assert carried_value("warmth", 2.5, step) == 2.5
    assert carried_value("gone", "x", step) == "x"
    words = carried_value("words", [["Source", 0, 3], ["Cue", 0, 3], ["Cue", 5, 8]], step)
    assert words == [["Credit", 0, 3], ["Credit", 5, 8]]
