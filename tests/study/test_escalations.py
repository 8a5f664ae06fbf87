from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.codebook.samples import FULL, codebook
from tests.study.small import filled, numbered
from toolkit.errors import BadInput
from toolkit.study import escalations, rounds
from toolkit.study.database import Database
from toolkit.study.escalations import EscalatedLabel, EscalatedSentence, EscalationDesign
from toolkit.study.rounds import Decision

DESIGN = EscalationDesign("vote", ("gate", "kind"), budget=3, least_gain=0.02, seed=7)
SECOND = EscalatedSentence(
    "a-2",
    2,
    2,
    2,
    0.5,
    (EscalatedLabel("gate", None, 0.0, 0.4, 0.9), EscalatedLabel("kind", "STATE/army", 0.7, 0.1, 0.2)),
)
THIRD = EscalatedSentence("a-3", 2, 3, 1, 0.25, (EscalatedLabel("gate", "ok", 0.6, 0.25, 0.3),))


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Database]:
    with filled(tmp_path / "study.db", [numbered("a", 3)]) as database:
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.plan(database, "pilot", [("a-1", 2), ("a-2", 2), ("a-3", 2)])
        yield database


def wanted(database: Database) -> dict[str, int]:
    return {entry.sentence_id: entry.annotators_wanted for entry in rounds.ledger(database, "pilot")}


def test_what_is_recorded_comes_back_and_the_ledger_wants_as_many(study: Database) -> None:
    assert escalations.record(study, "pilot", DESIGN, [SECOND, THIRD]) == 1
    (one,) = escalations.of_round(study, "pilot")
    assert (one.round, one.sequence, one.design, one.applied_at) == ("pilot", 1, DESIGN, None)
    assert one.sentences == (SECOND, THIRD)
    assert one.n_annotations == 3
    assert wanted(study) == {"a-1": 2, "a-2": 4, "a-3": 4}
    escalations.mark_applied(study, "pilot", 1)
    assert escalations.of_round(study, "pilot")[0].applied_at is not None
    assert escalations.of_round(study, "main") == ()


def test_a_second_one_is_another_and_the_design_of_the_round_is_still_known(study: Database) -> None:
    escalations.record(study, "pilot", DESIGN, [SECOND])
    later = replace(SECOND, wanted_before=4, coded_before=4, more=1)
    assert escalations.record(study, "pilot", DESIGN, [later, THIRD]) == 2
    assert wanted(study) == {"a-1": 2, "a-2": 5, "a-3": 4}
    assert escalations.wanted_by_design(study, "pilot") == {"a-2": 2, "a-3": 2}


def test_it_is_recorded_whole_or_not_at_all(study: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        escalations.record(study, "pilot", DESIGN, [SECOND, replace(THIRD, sentence_id="nowhere")])
    assert escalations.of_round(study, "pilot") == ()
    assert wanted(study) == {"a-1": 2, "a-2": 2, "a-3": 2}


def test_a_design_that_cannot_be_read_is_damage(study: Database) -> None:
    escalations.record(study, "pilot", DESIGN, [SECOND])
    with study.transaction() as connection:
        connection.execute("UPDATE escalations SET design = '[]'")
    with pytest.raises(BadInput, match="an escalation of round 'pilot'"):
        escalations.of_round(study, "pilot")
