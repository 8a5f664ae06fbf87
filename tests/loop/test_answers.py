"""Answers from raw annotations as Label Studio stores them, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.codebook.samples import FULL, codebook
from tests.study.small import article, filled, numbered
from toolkit.codebook.answers import Answer, Span
from toolkit.labelstudio.decode import read_annotation
from toolkit.loop.answers import annotations_of
from toolkit.study import annotation_versions, annotators, rounds
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.database import Database
from toolkit.study.records import Annotation
from toolkit.study.rounds import Decision

ANA, BEN, LEAD = 11, 12, 1
PARTY = "🎉 “Go,” said the army."
MENDED = FULL.replace("version: 1.0.0", "version: 1.1.0").replace("Is it a sentence?", "Is it one sentence?")


def choice(question: str, *codes: str, kind: str = "choices") -> dict[str, Any]:
    return {"id": "x", "type": kind, "from_name": question, "to_name": "sentence", "value": {kind: list(codes)}}


def mark(label: str, start: int, end: int, text: str) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": text, "labels": [label]}
    return {"id": "x", "type": "labels", "from_name": "words", "to_name": "sentence", "value": value}


def raw(number: int, user: int, *result: dict[str, Any], at: str = "09:00", **other: Any) -> dict[str, Any]:
    when = f"2026-03-01T{at}:00.250000Z"
    return {
        "id": number,
        "completed_by": user,
        "updated_by": None,
        "result": list(result) or [choice("gate", "broken")],
        "was_cancelled": False,
        "created_at": when,
        "updated_at": when,
        "lead_time": 12.5,
        "parent_prediction": None,
        **other,
    }


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Database]:
    """A round of the article a, with ana and ben registered; b is in the study but not in the round."""
    with filled(tmp_path / "study.db", [numbered("a", 2), article("p", PARTY), numbered("b", 1)]) as database:
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [("a-1", 2), ("a-2", 2), ("p-1", 2)])
        annotators.register(database, ["ana@example.org"], round=None)
        annotators.register(database, ["ben@example.org"], round="pilot")
        people = {ANA: "ana@example.org", BEN: "Ben@example.org", LEAD: "lead@example.org"}
        annotators.learn_accounts(database, "embedded", people)
        yield database


def pull(database: Database, sentence_id: str | None, *raws: dict[str, Any], remote_id: int = 1) -> None:
    annotations = []
    for each in raws:
        read = read_annotation(each)
        annotations.append(Seen(read.annotation_id, read.updated_at.isoformat(), read.user_id, each))
    page = annotation_versions.store(
        database, "pilot", [SeenItem(remote_id, sentence_id, tuple(annotations))], snapshot=True
    )
    annotation_versions.bury(database, "pilot", annotation_ids=page.missing)


def found(database: Database) -> dict[str, Annotation]:
    return {one.annotation_id: one for one in annotations_of(database, "pilot")}


def why(database: Database) -> dict[str, str | None]:
    return {number: one.excluded_because for number, one in found(database).items()}


def test_an_annotation_in_our_words(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA, choice("gate", "ok"), choice("kind", "police"), choice("topics", "law", "war")))
    (one,) = found(study).values()
    assert (one.annotation_id, one.sentence_id, one.article_id, one.round) == ("pilot-7", "a-1", "a", "pilot")
    assert one.annotator == annotators.pseudonym(study, "ana@example.org")
    assert one.created_at == datetime(2026, 3, 1, 9, 0, 0, 250000, tzinfo=UTC)
    assert (one.seconds_spent, one.skipped, one.repeat, one.excluded_because) == (12.5, False, False, None)
    answers = {answer.question: answer for answer in one.answers}
    assert answers["gate"] == Answer("gate", "answered", "ok")
    assert answers["kind"] == Answer("kind", "answered", "STATE/police")
    assert answers["topics"] == Answer("topics", "answered", ("war", "law"))
    assert answers["note"].status == "unanswered"


def test_a_span_behind_an_emoji_is_counted_in_characters(study: Database) -> None:
    """The page counts UTF-16 units: the emoji is two of them."""
    start = PARTY.index("army")
    pull(study, "p-1", raw(7, ANA, choice("gate", "ok"), mark("Source", start + 1, start + 5, "army")))
    (words,) = [answer for answer in found(study)["pilot-7"].answers if answer.question == "words"]
    assert words.value == (Span("Source", start, start + 4, "army", "utf16"),)


def test_nobody_counts_who_is_not_registered(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA), raw(8, BEN), raw(9, LEAD), raw(10, 404))
    assert why(study) == {"pilot-7": None, "pilot-8": None, "pilot-9": "not_registered", "pilot-10": "not_registered"}
    assert len({one.annotator for one in found(study).values()}) == 4


def test_registering_later_needs_no_new_pull(study: Database) -> None:
    pull(study, "a-1", raw(9, LEAD))
    annotators.register(study, ["lead@example.org"], round="main")
    assert why(study) == {"pilot-9": "not_registered"}
    annotators.register(study, ["LEAD@example.org"], round="pilot")
    assert why(study) == {"pilot-9": None}


def test_what_somebody_else_changed_does_not_count(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA, updated_by=LEAD), raw(8, BEN, updated_by=BEN))
    assert why(study) == {"pilot-7": "edited_by_other", "pilot-8": None}
    assert found(study)["pilot-7"].edited_by_other


def test_a_skip_has_every_question_skipped(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA, was_cancelled=True, result=[]))
    one = found(study)["pilot-7"]
    assert (one.skipped, one.excluded_because) == (True, "skipped")
    assert {(answer.status, answer.value) for answer in one.answers} == {("skipped", None)}
    assert len(one.answers) == len(codebook().questions)


def test_of_repeats_the_latest_counts(study: Database) -> None:
    """Numbers 9, 10 and 11 of one moment: 10 comes after 9, though not in the alphabet."""
    pull(study, "a-1", raw(9, ANA), raw(10, ANA), raw(11, ANA), raw(8, BEN, at="23:00"))
    assert why(study) == {"pilot-8": None, "pilot-9": "revised", "pilot-10": "revised", "pilot-11": None}
    assert {number for number, one in found(study).items() if one.repeat} == {"pilot-10", "pilot-11"}


def test_latest_means_made_last_not_numbered_last(study: Database) -> None:
    pull(study, "a-1", raw(9, ANA, at="12:00"), raw(10, ANA, at="11:00"))
    assert why(study) == {"pilot-9": None, "pilot-10": "revised"}


def test_the_same_annotator_on_two_sentences_is_no_repeat(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA))
    pull(study, "a-2", raw(8, ANA), remote_id=2)
    assert why(study) == {"pilot-7": None, "pilot-8": None}


def test_a_skip_after_an_answer_withdraws_it(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA), raw(8, ANA, at="10:00", was_cancelled=True))
    assert why(study) == {"pilot-7": "revised", "pilot-8": "skipped"}


def test_sentences_that_are_not_of_the_round(study: Database) -> None:
    """Somebody's own item, a sentence nobody knows, and one of the study that the round does not have."""
    pull(study, None, raw(7, ANA), remote_id=1)
    pull(study, "nowhere", raw(8, ANA), remote_id=2)
    pull(study, "b-1", raw(9, ANA), remote_id=3)
    assert set(why(study).values()) == {"unknown_sentence"}
    assert [one.repeat for one in found(study).values()] == [False, False, False]


def test_what_was_deleted_is_not_there(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA), raw(8, BEN))
    pull(study, "a-1", raw(8, BEN))
    assert list(found(study)) == ["pilot-8"]


def test_when_the_last_word_is_deleted_the_one_before_counts_again(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA), raw(8, ANA, at="10:00"))
    pull(study, "a-1", raw(7, ANA))
    assert why(study) == {"pilot-7": None}


def test_annotations_come_in_reading_order(study: Database) -> None:
    pull(study, "p-1", raw(5, ANA), remote_id=3)
    pull(study, "a-2", raw(6, ANA), remote_id=2)
    pull(study, "a-1", raw(8, ANA), raw(7, BEN), remote_id=1)
    assert list(found(study)) == ["pilot-7", "pilot-8", "pilot-6", "pilot-5"]


def test_each_annotation_names_the_codebook_it_was_made_with(study: Database) -> None:
    mended = codebook(MENDED)
    since = datetime(2026, 3, 1, 10, 0, 0, 250000, tzinfo=UTC)
    rounds.change_codebook(study, "pilot", mended, document=MENDED, since=since)
    pull(study, "a-1", raw(7, ANA, at="09:59"), raw(8, BEN, at="10:00"))
    pull(study, "a-2", raw(9, ANA, at="09:00", updated_at="2026-03-01T11:00:00Z"), remote_id=2)
    versions = {number: (one.codebook_version, one.codebook_hash) for number, one in found(study).items()}
    assert versions == {
        "pilot-7": ("1.0.0", codebook().hash),
        "pilot-8": ("1.1.0", mended.hash),
        "pilot-9": ("1.1.0", mended.hash),
    }


def test_answers_are_checked_against_the_codebook_in_force_now(study: Database) -> None:
    """A category added since makes an answer valid without a new pull."""
    pull(study, "a-1", raw(7, ANA, choice("gate", "heading")))
    assert found(study)["pilot-7"].answers[0].status == "rejected"
    more = MENDED.replace(
        "      - {code: broken,",
        "      - {code: heading, title: Heading, definition: A heading., hotkey: h}\n      - {code: broken,",
        1,
    )
    since = datetime(2026, 3, 2, tzinfo=UTC)
    rounds.change_codebook(study, "pilot", codebook(more), document=more, since=since)
    assert found(study)["pilot-7"].answers[0] == Answer("gate", "answered", "heading")


def test_no_address_reaches_an_annotation(study: Database) -> None:
    pull(study, "a-1", raw(7, ANA), raw(9, LEAD))
    assert "@" not in repr(found(study))
    assert "example" not in repr(found(study))


def test_without_answers_all_else_is_the_same(study: Database) -> None:
    """Who did what, and whether it counts, does not hang on the answers."""
    pull(study, "a-1", raw(1, ANA, choice("gate", "ok")), raw(2, ANA, choice("gate", "broken")))
    pull(study, "a-2", raw(3, LEAD, choice("gate", "ok")), remote_id=2)
    whole = list(annotations_of(study, "pilot"))
    assert {bool(one.answers) for one in whole} == {True}
    assert {one.excluded_because for one in whole} == {None, "revised", "not_registered"}
    assert list(annotations_of(study, "pilot", with_answers=False)) == [replace(one, answers=()) for one in whole]
