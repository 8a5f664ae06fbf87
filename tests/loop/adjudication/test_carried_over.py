"""Decisions on a round whose categories were renamed, merged and split after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL, codebook
from tests.loop.adjudication.adjudicated import ARMY, BOOK, MIA, NAME, NOA, PEOPLE, decide, stored, study
from tests.loop.test_answers import ANA, BEN, raw
from tests.study.small import numbered
from toolkit.codebook.answers import Mark
from toolkit.codebook.migration.map_of_codes import read_map, written_map
from toolkit.errors import UsageError
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE
from toolkit.labelstudio.encode import decision, submission
from toolkit.loop.adjudication.agreed import accept_agreed
from toolkit.loop.adjudication.carried_over import agreed_now, carried_value
from toolkit.loop.adjudication.decisions import settled_of
from toolkit.loop.adjudication.queue import queue_of
from toolkit.loop.adjudication.start import start
from toolkit.loop.adjudication.status import status
from toolkit.loop.adjudication.task import reading_more
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.validate import validate
from toolkit.study import adjudications, annotators, answer_migrations, articles, rounds
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.decisions import Settled
from toolkit.study.folder import Study
from toolkit.study.records import Annotation
from toolkit.study.rounds import Decision

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


def coded(folder: Path, rows: Sequence[Sequence[Mapping[str, str]]]) -> Study:
    """A round that was coded; nobody adjudicates it yet."""
    made = init(folder)
    with made.database() as database:
        articles.add(database, [numbered("a", len(rows))], splitter="by hand", splitter_version="1")
        annotators.register(database, ["ana@example.org", "ben@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", PEOPLE)
        rounds.create(database, "pilot", Decision(2), BOOK, document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [(f"a-{place}", 2) for place, _ in enumerate(rows, 1)])
        for place, given in enumerate(rows, 1):
            text = f"a says {place}."
            parts = [submission(BOOK, each, {}, sentence=text) for each in given]
            raws = [raw(10 * place + user, user, *each) for user, each in zip((ANA, BEN), parts, strict=True)]
            stored(database, "pilot", f"a-{place}", *raws)
    return made


def begin(made: Study) -> None:
    """What ``start`` records of an adjudication, without a server."""
    with made.database() as database:
        book = codebook_of(database, "pilot")
        taken_over = agreed_now(database, "pilot")
        by_sentence: dict[str, list[Annotation]] = {}
        for one in annotations_of(database, "pilot"):
            by_sentence.setdefault(one.sentence_id, []).append(one)
        design = AdjudicationDesign(questions=tuple(each.id for each in book.measured()))
        queue = queue_of(by_sentence, book, design, key=b"key", purpose="p", taken_over=taken_over.keys())
        adjudications.create(database, "pilot", design, book, document=AFTER)
        rounds.set_project(database, NAME, server_url="embedded", project_id=2)
        annotators.register(database, ["mia@example.org"], round=NAME)
        adjudications.queue(database, NAME, queue.asked, queue.agreed)


def test_answers_accepted_before_a_migration_are_known_to_decisions_after_it(tmp_path: Path) -> None:
    made = coded(tmp_path / "s", [[ARMY, {"gate": "ok", "kind": "unknown"}]])
    accept_agreed(made)
    migrate(made)  # gate: ok became whole, and kind is asked only where gate is whole
    begin(made)
    with made.database() as database:
        book = codebook_of(database, NAME)
        said = str(reading_more(database, NAME, book, {})(["a-1"])["a-1"]["ic_agreed"])
        assert "It is" in said  # the title of whole
        assert "ok" not in said
        parts = decision(book, {"kind": "force", "rank": "lower"}, {}, sentence="a says 1.", reason="slip")
        stored(database, NAME, "a-1", raw(900, MIA, *parts, at="13:00"))
    found = settled(made)
    assert (found["a-1", "kind"].outcome, found["a-1", "kind"].value) == ("decided", "PUBLIC/force")
    assert (found["a-1", "gate"].outcome, found["a-1", "gate"].value) == ("agreed", "whole")


def test_which_steps_an_agreed_answer_takes_is_no_matter_of_clocks(tmp_path: Path) -> None:
    made = coded(tmp_path / "s", [[ARMY, ARMY]])
    accept_agreed(made)
    migrate(made)
    with made.database() as database, database.transaction() as connection:
        connection.execute("UPDATE agreed_answers SET accepted_at = '2999-01-01T00:00:00+00:00'")
    assert settled(made)["a-1", "kind"].value == "PUBLIC/force"
    assert accept_agreed(made).accepted == {}
    other = coded(tmp_path / "t", [[ARMY, ARMY]])
    migrate(other)
    accept_agreed(other)  # in the same second, in the codes of the new codebook
    assert settled(other)["a-1", "kind"].value == "PUBLIC/force"


def test_an_agreed_answer_whose_category_was_split_is_taken_over_again_once_it_is_coded_again(tmp_path: Path) -> None:
    made = coded(tmp_path / "s", [[PAPER, PAPER]])
    assert accept_agreed(made).accepted["kind"] == 1
    migrate(made)
    again = accept_agreed(made)
    assert "kind" not in again.accepted  # nobody has said yet which of the two it is
    assert ("a-1", "kind") not in settled(made)
    with made.database() as database:
        parts = submission(codebook(AFTER), {"gate": "whole", "kind": "daily"}, {}, sentence="a says 1.")
        stored(database, "pilot", "a-1", *(raw(70 + user, user, *parts, at="13:00") for user in (ANA, BEN)))
    assert accept_agreed(made).accepted == {"kind": 1}
    assert settled(made)["a-1", "kind"].value == "PRESS/daily"
    assert accept_agreed(made).accepted == {}


def test_a_split_answer_is_not_taken_for_taken_over_when_an_adjudication_begins(tmp_path: Path) -> None:
    made = coded(tmp_path / "s", [[PAPER, PAPER]])
    accept_agreed(made)
    migrate(made)
    with made.database() as database:
        parts = submission(codebook(AFTER), {"gate": "whole", "kind": "daily"}, {}, sentence="a says 1.")
        stored(database, "pilot", "a-1", *(raw(70 + user, user, *parts, at="13:00") for user in (ANA, BEN)))
    begin(made)
    assert settled(made)["a-1", "kind"].value == "PRESS/daily"


def test_values_as_json_holds_them() -> None:
    step = [read_map(MAP, old=BOOK, new=codebook(AFTER), source="map.yaml")]
    assert carried_value("kind", "unknown", step) == "unknown"
    assert carried_value("topics", [], step) == []
    assert carried_value("warmth", 2.5, step) == 2.5
    assert carried_value("gone", "x", step) == "x"
    words = carried_value("words", [["Source", 0, 3], ["Cue", 0, 3], ["Cue", 5, 8]], step)
    assert words == [["Credit", 0, 3], ["Credit", 5, 8]]
