"""When a round is done: as many annotations as planned, what is not waited for, and what is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.loop.adjudication import adjudicated
from tests.loop.one_round import one_round
from tests.loop.several_rounds import ROUNDS, several_rounds
from tests.loop.test_answers import ANA, BEN, LEAD, raw
from tests.loop.test_answers import pull as pulled
from toolkit.loop.completion import Completion, Coverage, completion
from toolkit.loop.status import status
from toolkit.study import adoptions, annotators, escalations, gold_sentences, removals, round_endings, rounds
from toolkit.study.adoptions import Adoption
from toolkit.study.database import Database
from toolkit.study.escalations import EscalatedSentence, EscalationDesign
from toolkit.study.folder import Study
from toolkit.study.removals import Removal

CEM = 13


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two sentences that are on the server, for ana and ben."""
    made = one_round(
        tmp_path / "study",
        "One.",
        "Two.",
        people={ANA: "ana@example.org", BEN: "ben@example.org"},
        others={CEM: "cem@example.org", LEAD: "lead@example.org"},
    )
    with made.database() as database:
        rounds.record_remote(database, "pilot", {"a-1": 1, "a-2": 2})
    return made


@pytest.fixture
def database(study: Study) -> Iterator[Database]:
    with study.database() as opened:
        yield opened


def first_done(database: Database) -> None:
    pulled(database, "a-1", raw(1, ANA), raw(2, BEN), remote_id=1)


def found(database: Database) -> tuple[int, int, int, bool]:
    one = completion(database, "pilot")
    assert one.sentences == 2
    return one.done, one.given_up, one.stuck, one.is_done


def test_coverage_is_what_is_planned_against_what_counts() -> None:
    coverage = Coverage({"a": 2, "b": 2, "c": 1, "d": 1}, {"a": 2, "b": 1, "d": 3, "elsewhere": 9})
    assert (coverage.done, coverage.begun) == (2, 1)
    assert coverage.planned_overlap == {1: 2, 2: 2}
    assert coverage.actual_overlap == {0: 1, 1: 1, 2: 1, 3: 1}


def test_done_is_what_status_says(tmp_path: Path) -> None:
    study = several_rounds(tmp_path / "several")
    said = {one.round: (one.sentences, one.done) for one in status(study).rounds}
    with study.database() as database:
        counted = {name: completion(database, name) for name in ROUNDS}
    assert {name: (one.sentences, one.done) for name, one in counted.items()} == said
    assert any(done for _, done in said.values())


def test_a_round_is_done_with_its_last_annotation(database: Database) -> None:
    first_done(database)
    pulled(database, "a-2", raw(3, ANA), remote_id=2)
    assert found(database) == (1, 0, 0, False)
    pulled(database, "a-2", raw(3, ANA), raw(4, BEN), remote_id=2)
    assert found(database) == (2, 0, 0, True)


def test_what_does_not_count_is_not_counted(database: Database) -> None:
    first_done(database)
    pulled(database, "a-2", raw(3, ANA), raw(4, LEAD), remote_id=2)
    assert found(database) == (1, 0, 0, False)


def test_an_annotation_that_another_edited_leaves_the_sentence_to_the_lead(database: Database) -> None:
    first_done(database)
    pulled(database, "a-2", raw(3, ANA), raw(4, BEN, updated_by=LEAD), remote_id=2)
    assert found(database) == (1, 0, 1, False)


def test_nobody_is_registered_yet(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("DELETE FROM round_annotators")
    assert found(database) == (0, 0, 2, False)


def test_too_few_are_registered_until_they_are_more(database: Database) -> None:
    first_done(database)
    pulled(database, "a-2", raw(3, ANA), raw(4, BEN), raw(5, CEM), remote_id=2)
    rounds.want(database, "pilot", {"a-2": 3})
    assert found(database) == (1, 0, 1, False)
    annotators.register(database, ["cem@example.org"], round="pilot")
    assert found(database) == (2, 0, 0, True)


def test_a_skip_is_waited_for_while_somebody_is_left_to_ask(database: Database) -> None:
    first_done(database)
    pulled(database, "a-2", raw(3, ANA), raw(4, BEN, was_cancelled=True), remote_id=2)
    assert found(database) == (1, 1, 0, True)
    annotators.register(database, ["cem@example.org"], round=None)
    assert found(database) == (1, 0, 0, False)
    pulled(database, "a-2", raw(3, ANA), raw(4, BEN, was_cancelled=True), raw(5, CEM), remote_id=2)
    assert found(database) == (2, 0, 0, True)


def test_a_sentence_that_is_not_on_the_server_waits_for_a_push(database: Database) -> None:
    first_done(database)
    rounds.record_remote(database, "pilot", {"a-2": None})
    assert found(database) == (1, 0, 1, False)


def test_what_was_deleted_from_an_adopted_project_is_not_waited_for(database: Database) -> None:
    adoptions.record(database, "pilot", Adoption("text", None, '{"controls": {}, "left_out": []}'))
    first_done(database)
    rounds.want(database, "pilot", {"a-2": 9})
    assert found(database) == (1, 0, 0, False)  # who else will code there nobody knows
    rounds.record_remote(database, "pilot", {"a-2": None})
    assert found(database) == (1, 1, 0, True)


@pytest.mark.parametrize("ending", ["closed", "discarded"])
def test_a_round_that_was_ended_is_done_as_it_stands(database: Database, ending: round_endings.Ending) -> None:
    first_done(database)
    round_endings.end(database, "pilot", ending)
    assert completion(database, "pilot") == Completion("pilot", ending, sentences=2, done=1, given_up=0, stuck=0)
    assert completion(database, "pilot").is_done
    round_endings.take_back(database, "pilot", ending)
    assert not completion(database, "pilot").is_done


def test_an_escalation_asks_for_more(database: Database) -> None:
    annotators.register(database, ["cem@example.org"], round=None)
    first_done(database)
    pulled(database, "a-2", raw(3, ANA), raw(4, BEN), remote_id=2)
    assert found(database) == (2, 0, 0, True)
    design = EscalationDesign("vote", ("gate",), 1, 0.0, 0)
    escalations.record(database, "pilot", design, [EscalatedSentence("a-1", 2, 2, 1, 0.5, ())])
    assert found(database) == (1, 0, 0, False)
    pulled(database, "a-1", raw(1, ANA), raw(2, BEN), raw(5, CEM), remote_id=1)
    assert found(database) == (2, 0, 0, True)


def test_gold_fills_the_place_it_was_planned_for(database: Database) -> None:
    first_done(database)
    with database.transaction() as connection:
        gold_sentences.record(connection, "pilot", {"a-2": False})
    pulled(database, "a-2", raw(3, ANA), raw(4, BEN), remote_id=2)
    assert found(database) == (2, 0, 0, True)


@pytest.mark.parametrize(("answers", "done"), [("kept", 2), ("withdrawn", 0)])
def test_of_somebody_who_left_what_was_kept_counts(database: Database, answers: removals.Answers, done: int) -> None:
    first_done(database)
    pulled(database, "a-2", raw(3, ANA), raw(4, BEN), remote_id=2)
    with database.transaction() as connection:
        removals.remove(connection, "ben@example.org", Removal(answers, datetime(2026, 4, 1, tzinfo=UTC)))
    assert found(database) == (done, 0, 2 - done, done == 2)


def test_a_round_without_a_sentence_is_not_done() -> None:
    assert not Completion("pilot", "open", sentences=0, done=0, given_up=0, stuck=0).is_done


def test_an_adjudication_is_done_when_all_is_decided(tmp_path: Path) -> None:
    ok, broken = {"gate": "ok", "kind": "army", "rank": "low"}, {"gate": "broken"}
    study = adjudicated.study(tmp_path / "study", [[ok, broken], [broken, ok]])
    with study.database() as database:
        rounds.record_remote(database, adjudicated.NAME, {"a-1": 11, "a-2": 12})
        assert not completion(database, adjudicated.NAME).is_done
    for place in (1, 2):
        adjudicated.decide(study, place, {"gate": "broken"})
    with study.database() as database:
        one = completion(database, adjudicated.NAME)
        assert (one.sentences, one.done, one.is_done) == (2, 2, True)
