"""Answers under one codebook, read under the next."""

from __future__ import annotations

import pytest

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL, codebook
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.migration.map_of_codes import read_map
from toolkit.codebook.migration.question_alone import question_alone
from toolkit.codebook.migration.translated import Step, translated
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse


@pytest.fixture(scope="module")
def step() -> Step:
    return read_map(MAP, old=codebook(FULL), new=codebook(AFTER), source="rename.yaml")


def only(step: Step, given: Answer, **again: Answer) -> Answer:
    (found,) = [one for one in translated([given], step, again=again) if one.question == given.question]
    return found


@pytest.mark.parametrize(
    ("given", "now"),
    [
        (Answer("gate", "answered", "ok"), Answer("gate", "answered", "whole", migrated_from=("ok",))),
        (Answer("gate", "answered", "broken"), Answer("gate", "answered", "broken")),
        (Answer("gate", "cannot_be_judged", "unclear"), Answer("gate", "cannot_be_judged", "unclear")),
        (
            Answer("kind", "answered", "STATE/army"),
            Answer("kind", "answered", "PUBLIC/force", migrated_from=("STATE/army",)),
        ),
        (Answer("kind", "cannot_be_judged", "unknown"), Answer("kind", "cannot_be_judged", "unknown")),
        (Answer("rank", "answered", "middle"), Answer("rank", "answered", "lower", migrated_from=("middle",))),
        (
            Answer("topics", "answered", ("war", "trade")),
            Answer("topics", "answered", ("world",), migrated_from=("war", "trade")),
        ),
        (Answer("topics", "answered", ()), Answer("topics", "answered", ())),
        (Answer("warmth", "answered", 2.0), Answer("warmth", "answered", 2.0)),
        (Answer("note", "answered", "ok"), Answer("note", "answered", "ok")),
        (Answer("rank", "not_shown"), Answer("rank", "not_shown")),
        (Answer("rank", "rejected", None, "why"), Answer("rank", "rejected", None, "why")),
    ],
)
def test_an_answer(step: Step, given: Answer, now: Answer) -> None:
    assert only(step, given) == now


def test_marks_keep_their_place_and_two_that_became_one_are_one(step: Step) -> None:
    marks = (Span("Source", 0, 3, "The", "code_point"), Span("Cue", 0, 3, "The", "code_point"),
             Span("Cue", 4, 8, "army", "utf16"))  # fmt: skip
    found = only(step, Answer("words", "answered", marks))
    assert found.value == (Span("Credit", 0, 3, "The", "code_point"), Span("Credit", 4, 8, "army", "utf16"))
    assert found.migrated_from == ("Source", "Cue", "Cue")


def test_a_split_waits_until_it_is_coded_again(step: Step) -> None:
    given = Answer("kind", "answered", "PRESS/paper")
    waits = only(step, given)
    assert (waits.status, waits.value, waits.migrated_from) == ("rejected", None, ("PRESS/paper",))
    assert waits.rejected_because == "'paper' became 'daily' or 'weekly': to be coded again"
    again = Answer("kind", "answered", "PRESS/weekly")
    assert only(step, given, kind=again) == Answer("kind", "answered", "PRESS/weekly", migrated_from=("PRESS/paper",))
    unsure = Answer("kind", "cannot_be_judged", "unknown")
    assert only(step, given, kind=unsure).status == "cannot_be_judged"
    assert only(step, given, kind=Answer("kind", "unanswered")) == waits


def test_who_did_not_choose_what_was_split_is_not_asked(step: Step) -> None:
    given, again = Answer("kind", "answered", "STATE/army"), Answer("kind", "answered", "PRESS/daily")
    assert only(step, given, kind=again).value == "PUBLIC/force"


def test_of_a_set_the_whole_answer_waits(step: Step) -> None:
    waits = only(step, Answer("topics", "answered", ("war", "law")))
    assert (waits.status, waits.migrated_from) == ("rejected", ("war", "law"))
    again = Answer("topics", "answered", ("world", "rules"))
    assert only(step, Answer("topics", "answered", ("war", "law")), topics=again).value == ("world", "rules")


def test_answers_come_in_the_order_of_the_new_codebook_and_strangers_last(step: Step) -> None:
    stranger = Answer("mood", "rejected", None, "no question 'mood' in the codebook")
    found = translated([stranger, Answer("note", "unanswered"), Answer("gate", "answered", "ok")], step)
    assert [one.question for one in found] == [*step.new.by_id, "mood"]


def test_steps_one_after_another_remember_what_was_chosen_first(step: Step) -> None:
    last = (
        AFTER.replace("version: 2.0.0", "version: 3.0.0").replace("code: lower", "code: low").replace("[lower", "[low")
    )
    second = read_map("rank: {lower: low}\n", old=step.new, new=codebook(last), source="second.yaml")
    once = translated([Answer("rank", "answered", "middle")], step)
    (rank,) = [one for one in translated(once, second) if one.question == "rank"]
    assert rank == Answer("rank", "answered", "low", migrated_from=("middle",))


@pytest.mark.parametrize("question", ["gate", "kind", "rank", "topics", "words"])
def test_a_question_alone_is_what_its_text_says(question: str) -> None:
    alone, text = question_alone(codebook(), question)
    read: Codebook = parse(text, source="alone.yaml")
    assert read == alone
    assert read.hash == alone.hash
    assert [one.id for one in alone.questions] == [question]
    assert alone.questions[0].show_if == {}
    assert alone.questions[0].categories == codebook().by_id[question].categories
