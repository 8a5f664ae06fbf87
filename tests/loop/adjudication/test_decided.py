"""What an adjudicator's submission decides, against submissions written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.codebook.samples import codebook
from tests.loop.test_disputes import TEXT, chose, marked
from toolkit.codebook.answers import Answer, Response, Span
from toolkit.loop.adjudication.decided import BOTH, REASON, SUGGESTION, decided_answers

BOOK = codebook()


def decided(
    asked: Mapping[str, Sequence[Any]], *responses: Response, known: Mapping[str, Any] | None = None
) -> dict[str, Answer]:
    answers = decided_answers(BOOK, asked, known or {}, responses, sentence=TEXT)
    return {answer.question: answer for answer in answers}


def test_only_what_was_asked_is_decided() -> None:
    found = decided({"topics": [["war"], []]}, chose("topics", "war"), chose("gate", "ok"))
    assert found["topics"] == Answer("topics", "answered", ("war",))
    assert found.keys() == {"topics", "gate"}
    assert found["gate"].status == "rejected"


def test_what_is_agreed_on_says_whether_a_question_is_shown() -> None:
    army = chose("kind", "army")
    assert decided({"kind": ["STATE/army"]}, army, known={"gate": "ok"})["kind"].value == "STATE/army"
    assert decided({"kind": ["STATE/army"]}, army, known={"gate": "broken"})["kind"].status == "not_shown"


def test_what_was_neither_asked_nor_agreed_on_hides_nothing() -> None:
    assert decided({"kind": ["STATE/army"]}, chose("kind", "army"))["kind"].value == "STATE/army"


def test_a_decision_makes_what_depends_on_it_superfluous_whatever_was_answered() -> None:
    asked = {"gate": ["ok", "broken"], "kind": ["STATE/army"], "rank": ["low"]}
    found = decided(asked, chose("gate", "broken"), chose("kind", "army"), chose("rank", "low"))
    assert [found[name].status for name in asked] == ["answered", "not_shown", "not_shown"]


def test_a_question_left_open_shows_nothing_that_depends_on_it() -> None:
    found = decided({"gate": ["ok", "broken"], "kind": ["STATE/army"]}, chose("kind", "army"))
    assert [found[name].status for name in ("gate", "kind")] == ["unanswered", "unanswered"]


def test_below_an_answer_the_codebook_refuses_nothing_is_settled() -> None:
    asked = {"gate": ["ok", "broken"], "kind": ["STATE/army"], "rank": ["low"]}
    found = decided(asked, chose("gate", "ok", "broken"), chose("kind", "army"), chose("rank", "low"))
    assert [found[name].status for name in asked] == ["rejected", "unanswered", "unanswered"]


def test_what_all_gave_is_superfluous_as_well_and_shows_nothing_then() -> None:
    asked = {"gate": ["ok", "broken"], "rank": ["low", "high"]}
    found = decided(asked, chose("gate", "broken"), chose("rank", "low"), known={"kind": "STATE/army"})
    assert [found[name].status for name in asked] == ["answered", "not_shown"]
    found = decided(asked, chose("gate", "ok"), chose("rank", "low"), known={"kind": "STATE/army"})
    assert [found[name].value for name in asked] == ["ok", "low"]


def test_both_defensible_stands_for_everything_coders_gave() -> None:
    asked = {"kind": ["STATE/army", "PRESS/paper"], "rank": ["low", "high"]}
    found = decided(asked, chose("kind", BOTH), chose("rank", "low"), known={"gate": "ok"})
    assert (found["kind"].value, found["rank"].value) == (BOTH, "low")
    neither = {"kind": ["PRESS/paper", "unknown"], "rank": ["low"]}
    assert (
        decided(neither, chose("kind", BOTH), chose("rank", "low"), known={"gate": "ok"})["rank"].status == "not_shown"
    )


def test_both_defensible_beside_a_category_is_refused() -> None:
    found = decided({"topics": [["war"], []]}, chose("topics", BOTH, "war"))
    assert found["topics"].status == "rejected"


def test_the_reason_answers_what_was_left_open_unless_a_question_was_answered_so_itself() -> None:
    asked: dict[str, list[Any]] = {"words": [[], [["Cue", 0, 2]]], "deaths": [1.0, 2.0]}
    reason = chose(REASON, "both_defensible")
    found = decided(asked, reason, known={"gate": "ok"})
    assert (found["words"].value, found["deaths"].value) == (BOTH, BOTH)
    found = decided({"kind": ["STATE/army", "PRESS/paper"], **asked}, reason, chose("kind", BOTH), known={"gate": "ok"})
    assert (found["words"].value, found["deaths"].status) == ((), "unanswered")
    found = decided(asked, reason, marked("Cue", 1, 3), Response("deaths", numbers=(2.0,)), known={"gate": "ok"})
    assert (found["words"].value, found["deaths"].value) == ((Span("Cue", 1, 3, TEXT[1:3], "code_point"),), 2.0)


def test_reason_and_suggestion_stand_beside_the_answers() -> None:
    says = Response(SUGGESTION, texts=("Ranks are those", "of the speaker."))
    found = decided({"rank": ["low"]}, chose("rank", "low"), chose(REASON, "codebook_gap"), says)
    assert found[REASON] == Answer(REASON, "answered", "codebook_gap")
    assert found[SUGGESTION].value == "Ranks are those\nof the speaker."
    assert decided({"rank": ["low"]}, chose("rank", "low"), chose(REASON, "because"))[REASON].status == "rejected"


def test_the_codebook_judges_a_decision_as_it_does_a_coding() -> None:
    found = decided({"rank": ["low"], "deaths": [1.0]}, chose("rank", "huge"), Response("deaths", numbers=(-1.0,)))
    assert [found[name].status for name in ("rank", "deaths")] == ["rejected", "rejected"]
