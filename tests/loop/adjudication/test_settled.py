"""What is settled by decisions, and how exports say so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.loop.adjudication.adjudicated import ARMY, BOOK, NAME, NOA, decide, stored, study
from tests.loop.test_answers import ANA, BEN, raw
from tests.terminal.printed import printed
from toolkit.codebook.answers import Mark
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE
from toolkit.labelstudio.encode import submission
from toolkit.loop.adjudication.agreed import accept_agreed
from toolkit.loop.adjudication.decisions import settled_of
from toolkit.loop.adjudication.progress import AdjudicationProgress
from toolkit.loop.adjudication.status import status
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.export import export
from toolkit.loop.status import status as study_status
from toolkit.loop.validate import validate
from toolkit.study import rounds
from toolkit.study.decisions import Settled
from toolkit.study.folder import Study
from toolkit.terminal.status import status_text

BROKEN = {"gate": "broken"}
TOPICS = {**ARMY, "topics": ["war"]}
PAPER = {"gate": "ok", "kind": "paper"}


def settled(made: Study) -> dict[tuple[str, str], Settled]:
    with made.database() as database:
        return settled_of(database, "pilot")


def rows(made: Study, table: str) -> dict[tuple[str, str], dict[str, Any]]:
    folder = export(made, replicates=0).folder
    assert validate(folder).faults == ()
    return {
        (row["sentence_id"], row["question"]): row for row in pq.read_table(folder / f"{table}.parquet").to_pylist()
    }


def test_a_decision_settles_its_questions_and_agreed_answers_are_settled_unasked(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [ARMY, ARMY]])
    assert ("a-1", "kind") not in settled(made)
    decide(made, 1, {"kind": "army", "rank": "high"}, reason="ambiguous")
    found = settled(made)
    assert (found["a-1", "kind"].outcome, found["a-1", "kind"].value) == ("decided", "STATE/army")
    assert (found["a-1", "rank"].value, found["a-1", "rank"].because) == ("high", "follows")
    assert (found["a-2", "kind"].outcome, found["a-2", "kind"].value) == ("agreed", "STATE/army")


def test_the_latest_submission_of_an_adjudicator_counts(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, {"kind": "army", "rank": "high"}, at="10:00")
    decide(made, 1, {"kind": "paper"}, at="11:00")
    assert settled(made)["a-1", "kind"].value == "PRESS/paper"
    assert settled(made)["a-1", "rank"].outcome == "not_shown"


def test_who_is_not_registered_for_it_settles_nothing_even_as_a_coder_of_every_round(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, {"kind": "army", "rank": "low"}, user=BEN)
    assert ("a-1", "kind") not in settled(made)
    assert status(made).excluded == {"not_registered": 1}


def test_two_adjudicators_settle_what_they_decide_alike(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]], per_sentence=2)
    decide(made, 1, {"kind": "army", "rank": "low"})
    assert ("a-1", "kind") not in settled(made)
    decide(made, 1, {"kind": "army", "rank": "high"}, user=NOA, reason="ambiguous")
    found = settled(made)
    assert len(found["a-1", "kind"].decided_by) == 2
    assert found["a-1", "kind"].reason is None
    assert ("a-1", "rank") not in found
    now = status(made)
    assert (now.n_compared, now.n_alike, now.done) == (2, 1, 1)
    assert {one.question: one.contested for one in now.questions if one.contested} == {"rank": 1}


def test_a_status_says_how_decisions_stand_to_what_most_coders_had(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [ARMY, BROKEN], [ARMY, ARMY]])
    decide(made, 1, {"kind": BOTH_DEFENSIBLE, "rank": "low"}, reason="ambiguous")
    decide(made, 2, {"gate": "broken"}, reason="badly_cut")
    now = status(made)
    by = {one.question: one for one in now.questions}
    assert (by["kind"].asked, by["kind"].both_defensible, by["kind"].not_shown, by["kind"].agreed) == (2, 1, 1, 1)
    assert (by["rank"].with_most, by["rank"].against_most) == (1, 0)
    assert now.reasons == {"ambiguous": 1, "badly_cut": 1}
    assert (now.sentences, now.done) == (2, 2)


def test_the_status_of_the_study_says_how_far_the_adjudication_of_a_round_is(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [ARMY, BROKEN]])
    decide(made, 1, {"kind": "army", "rank": "low"})
    (progress,) = study_status(made).rounds
    assert (progress.round, progress.adjudication) == ("pilot", AdjudicationProgress(sentences=2, done=1))
    assert "1 of 2 sentences sent to be decided on" in printed(status_text(study_status(made)))


def test_an_export_says_what_was_decided_by_whom_and_why(tmp_path: Path) -> None:
    coded: list[list[dict[str, Any]]] = [
        [ARMY, PAPER],
        [TOPICS, ARMY],
        [{**ARMY, "warmth": 1}, {**ARMY, "warmth": 3}],
        [ARMY, ARMY],
    ]
    made = study(tmp_path / "s", coded, marks={(0, 0): [Mark("Cue", 0, 1, "a")]})
    cue = {"words": [Mark("Cue", 2, 6, "says")]}
    decide(made, 1, {"kind": BOTH_DEFENSIBLE, "rank": "low"}, marks=cue, reason="ambiguous", suggestion="Say who.")
    decide(made, 2, {"topics": ["trade", "war"]}, reason="codebook_gap")
    decide(made, 3, {"warmth": 2}, reason="slip")
    consensus = rows(made, "consensus")
    one = consensus["a-1", "kind"]
    assert (one["method"], one["outcome"], one["code"], one["reason"]) == (
        "adjudicated", "both_defensible", None, "ambiguous",
    )  # fmt: skip
    assert (one["tie"], one["share"]) == (True, 0.5), "of the coders' answers"
    assert [len(one["decided_by"]), consensus["a-4", "kind"]["decided_by"]] == [1, None]
    assert (consensus["a-2", "topics"]["codes"], consensus["a-3", "warmth"]["number"]) == (["war", "trade"], 2.0)
    assert (consensus["a-4", "kind"]["method"], consensus["a-4", "kind"]["code"]) == ("agreed", "STATE/army")
    decided = rows(made, "adjudications")
    assert {place: row["outcome"] for place, row in decided.items()} == {
        ("a-1", "kind"): "both_defensible",
        ("a-1", "rank"): "decided",
        ("a-1", "words"): "decided",
        ("a-2", "topics"): "decided",
        ("a-3", "warmth"): "decided",
    }
    assert json.loads(decided["a-1", "words"]["spans"]) == [["Cue", 2, 6]]
    assert decided["a-1", "kind"]["suggestion"] == "Say who."
    assert all(row["settled"] and row["inclusion_probability"] == 1 for row in decided.values())
    soft = pq.read_table(export(made, replicates=0).folder / "soft_labels.parquet").to_pylist()
    assert {row["code"]: row["share"] for row in soft if (row["sentence_id"], row["question"]) == ("a-1", "kind")} == {
        "STATE/army": 0.5,
        "PRESS/paper": 0.5,
    }


def test_a_new_decision_makes_a_new_version_of_the_export_and_without_text_no_words_of_adjudicators(
    tmp_path: Path,
) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    first = export(made, replicates=0)
    assert export(made, replicates=0).folder == first.folder
    decide(made, 1, {"kind": "army", "rank": "low"}, suggestion="As a says 1.")
    assert export(made, replicates=0).folder != first.folder
    bare = export(made, replicates=0, text=False, to=tmp_path / "bare").folder
    assert pq.read_table(bare / "adjudications.parquet")["suggestion"].to_pylist() == [None, None]


def test_what_was_accepted_stands_only_while_all_agree(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, ARMY]])
    assert rows(made, "consensus")["a-1", "kind"]["method"] == "agreed"
    with made.database() as database:
        parts = submission(BOOK, PAPER, sentence="a says 1.")
        stored(database, "pilot", "a-1", raw(900, BEN, *parts, at="12:00"))
    assert rows(made, "consensus")["a-1", "kind"]["method"] == "majority"


def test_an_answer_all_gave_is_not_shown_where_a_decision_makes_it_superfluous(tmp_path: Path) -> None:
    sergeant = {"gate": "ok", "kind": "police", "rank": "low"}
    made = study(tmp_path / "s", [[ARMY, sergeant]])
    assert settled(made)["a-1", "rank"].outcome == "agreed"
    decide(made, 1, {"kind": "paper"}, reason="codebook_gap")
    found = settled(made)["a-1", "rank"]
    assert (found.outcome, found.value, len(found.decided_by)) == ("not_shown", None, 1)
    row = rows(made, "consensus")["a-1", "rank"]
    assert (row["method"], row["outcome"], row["code"]) == ("adjudicated", "not_shown", None)


@pytest.mark.parametrize(
    "edit",
    [{"gate": "broken"}, {"gate": "ok", "kind": "unknown"}, PAPER],
    ids=["not shown", "cannot be judged", "another answer"],
)
def test_an_accepted_answer_is_not_settled_once_somebody_gives_another(tmp_path: Path, edit: dict[str, str]) -> None:
    made = study(tmp_path / "s", [[ARMY, ARMY]])
    assert ("a-1", "kind") in settled(made)
    with made.database() as database:
        stored(database, "pilot", "a-1", raw(900, BEN, *submission(BOOK, edit, sentence="a says 1."), at="12:00"))
    assert ("a-1", "kind") not in settled(made)
    assert rows(made, "consensus")["a-1", "kind"]["method"] == "majority"
    with made.database() as database:
        stored(database, "pilot", "a-1", raw(901, ANA, *submission(BOOK, edit, sentence="a says 1."), at="13:00"))
    assert ("a-1", "kind") not in settled(made), "both agree again, on what was never accepted"


def test_agreement_is_of_coders_whatever_is_decided(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [ARMY, ARMY], [PAPER, PAPER]])
    before = agree(made, AgreementRequest(replicates=0)).estimates
    decide(made, 1, {"kind": "army", "rank": "low"})
    assert agree(made, AgreementRequest(replicates=0)).estimates == before
    with made.database() as database:
        assert rounds.names(database) == ("pilot",)
        assert rounds.names(database, adjudications=True) == ("pilot", NAME)


def test_a_sampled_sentence_is_asked_and_its_decision_is_gold_with_its_probability(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, ARMY]] * 4, sample=0.5)
    with made.database() as database:
        queued = [entry.sentence_id for entry in rounds.ledger(database, NAME)]
    assert len(queued) == 2
    decide(made, int(queued[0][-1]), {"gate": "ok", "kind": "army", "rank": "low"}, reason=None)
    decided = rows(made, "adjudications")
    assert {row["inclusion_probability"] for row in decided.values()} == {0.5}
    assert {row["because"] for row in decided.values()} == {"sampled"}
    assert {place[0] for place in decided} == {queued[0]}
    assert all(row["settled"] for row in decided.values())


def test_agreed_answers_are_accepted_on_sentences_that_wait_for_nobody(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, ARMY], [ARMY, ARMY]])
    with made.database() as database, database.transaction() as connection:
        connection.execute("DELETE FROM agreed_answers")
        connection.execute("UPDATE ledger SET annotators_wanted = 3 WHERE sentence_id = 'a-2'")
    assert accept_agreed(made, questions=["kind"]).accepted == {"kind": 1}
    assert {place for place in settled(made) if place[1] == "kind"} == {("a-1", "kind")}


@pytest.mark.parametrize("outcome", ["open", "rejected"])
def test_what_is_left_open_or_wrong_settles_nothing_and_is_counted(tmp_path: Path, outcome: str) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, {} if outcome == "open" else {"kind": "navy"})
    assert ("a-1", "kind") not in settled(made)
    assert status(made).rejected["kind"] == 1
    assert rows(made, "adjudications")["a-1", "kind"]["outcome"] == outcome
