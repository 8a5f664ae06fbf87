from __future__ import annotations

import math

import pytest

from tests.codebook.samples import FULL, codebook
from toolkit.codebook.accepted_answers import check_answers
from toolkit.codebook.answers import Answer, Mark, Response, Span
from toolkit.codebook.visibility import triggers, visible

SENTENCE = "Police said the army had left."
OK = Response("gate", codes=("ok",))
POLICE = Response("kind", codes=("police",))


def answers(*responses: Response, sentence: str = SENTENCE) -> dict[str, Answer]:
    return {answer.question: answer for answer in check_answers(codebook(), responses, sentence=sentence)}


def test_exactly_one_answer_per_question_in_codebook_order() -> None:
    found = check_answers(codebook(), [Response("note", texts=("late",)), POLICE, OK], sentence=SENTENCE)
    assert [a.question for a in found] == ["gate", "kind", "rank", "topics", "words", "warmth", "deaths", "note"]


def test_nothing_submitted() -> None:
    assert {question: answer.status for question, answer in answers().items()} == {
        "gate": "unanswered",
        "kind": "not_shown",
        "rank": "not_shown",
        "topics": "answered",
        "words": "not_shown",
        "warmth": "unanswered",
        "deaths": "unanswered",
        "note": "unanswered",
    }


def test_a_whole_annotation() -> None:
    found = answers(
        OK,
        POLICE,
        Response("rank", codes=("low",)),
        Response("topics", codes=("law", "war")),
        Response("words", marks=(Mark("Source", 0, 6, "Police"),)),
        Response("warmth", numbers=(-2.5,)),
        Response("deaths", numbers=(3,)),
        Response("note", texts=("odd", " ", "very")),
    )
    assert {question: answer.value for question, answer in found.items()} == {
        "gate": "ok",
        "kind": "STATE/police",
        "rank": "low",
        "topics": ("war", "law"),
        "words": (Span("Source", 0, 6, "Police", "code_point"),),
        "warmth": -2.5,
        "deaths": 3.0,
        "note": "odd\nvery",
    }
    assert {answer.status for answer in found.values()} == {"answered"}


def test_a_shown_set_or_span_question_left_alone_is_answered_with_nothing() -> None:
    found = answers(OK)
    assert found["topics"] == Answer("topics", "answered", ())
    assert found["words"] == Answer("words", "answered", ())


def test_a_missing_category_is_not_on_the_scale() -> None:
    found = answers(OK, Response("kind", codes=("unknown",)), Response("topics", codes=("cannot_tell",)))
    assert found["kind"] == Answer("kind", "cannot_be_judged", "unknown")
    assert found["topics"] == Answer("topics", "cannot_be_judged", "cannot_tell")


@pytest.mark.parametrize("given", ["police", "STATE/police"])
def test_a_leaf_may_come_as_code_or_as_path(given: str) -> None:
    assert answers(OK, Response("kind", codes=(given,)))["kind"].value == "STATE/police"
    assert answers(OK, Response("kind", codes=(given, "police")))["kind"].value == "STATE/police"


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (Response("kind", codes=("navy",)), "unknown category 'navy'"),
        (Response("kind", codes=("PRESS/police",)), "unknown category 'PRESS/police'"),
        (Response("kind", codes=("STATE",)), "'STATE' only groups others and cannot be chosen"),
        (Response("kind", codes=("police", "paper")), "several answers to a single choice: police, paper"),
        (Response("topics", codes=("war", "peace")), "unknown category 'peace'"),
        (
            Response("topics", codes=("war", "cannot_tell")),
            "'cannot be judged' beside other categories: war, cannot_tell",
        ),
        (Response("warmth", numbers=(5.5,)), "5.5 is above the maximum of 5"),
        (Response("warmth", numbers=(-6,)), "-6 is below the minimum of -5"),
        (Response("warmth", numbers=(1, 2)), "several numbers: 1, 2"),
        (Response("warmth", numbers=(math.nan,)), "nan is not a finite number"),
        (Response("deaths", numbers=(math.inf,)), "inf is not a finite number"),
        (Response("deaths", numbers=(-1,)), "-1 is below zero on a ratio scale"),
        (Response("warmth", codes=("warm",)), "answered with categories where numbers were asked for"),
        (Response("topics", texts=("war",)), "answered with text where categories were asked for"),
        (Response("note", marks=(Mark("Source", 0, 6, None),)), "answered with marked words where text was asked for"),
        (Response("words", codes=("Source",)), "answered with categories where marked words were asked for"),
    ],
)
def test_what_the_codebook_does_not_vouch_for(response: Response, reason: str) -> None:
    answer = answers(OK, response)[response.question]
    assert answer == Answer(response.question, "rejected", None, reason)


def test_a_question_answered_twice() -> None:
    found = answers(OK, Response("topics", codes=("war",)), Response("topics", codes=("war",)))
    assert found["topics"] == Answer("topics", "rejected", None, "answered 2 times")


def test_an_empty_response_beside_a_full_one_is_no_second_answer() -> None:
    assert answers(OK, Response("note", texts=("a",)), Response("note", texts=(" \n",)))["note"].value == "a"


def test_spans_in_several_responses_are_one_answer() -> None:
    first, second = Mark("Cue", 7, 11, "said"), Mark("Source", 0, 6, "Police")
    found = answers(OK, Response("words", marks=(first,)), Response("words", marks=(second, first)))
    assert found["words"].value == (
        Span("Source", 0, 6, "Police", "code_point"),
        Span("Cue", 7, 11, "said", "code_point"),
    )


def test_names_that_are_no_question_come_last_once_each() -> None:
    stray = Response("mood", codes=("gloomy",))
    found = check_answers(codebook(), [stray, OK, stray], sentence=SENTENCE)
    assert found[-1] == Answer("mood", "rejected", None, "no question 'mood' in the codebook")
    assert len(found) == 9


def test_an_answer_to_a_hidden_question_is_rejected_and_shows_nothing() -> None:
    found = answers(Response("gate", codes=("broken",)), POLICE, Response("rank", codes=("low",)))
    assert found["kind"] == Answer("kind", "rejected", None, "answered although not shown")
    assert found["rank"] == Answer("rank", "rejected", None, "answered although not shown")
    assert found["words"].status == "not_shown"


def test_a_rejected_answer_shows_nothing() -> None:
    found = answers(OK, Response("kind", codes=("police", "army")), Response("rank", codes=("low",)))
    assert found["rank"].rejected_because == "answered although not shown"


def test_a_blank_response_to_a_hidden_question_is_no_answer() -> None:
    assert answers(Response("gate", codes=("broken",)), Response("kind"))["kind"].status == "not_shown"


def test_a_parent_in_show_if_stands_for_its_leaves() -> None:
    assert answers(OK, POLICE)["rank"].status == "unanswered"
    assert answers(OK, Response("kind", codes=("paper",)))["rank"].status == "not_shown"
    assert triggers(codebook(), codebook().by_id["rank"]) == {"kind": ("police", "army")}


def test_any_chosen_category_of_a_set_shows_and_a_missing_one_can() -> None:
    question = codebook().by_id["kind"].model_copy(update={"show_if": {"topics": ["law", "cannot_tell"]}})
    assert visible(question, {"topics": Answer("topics", "answered", ("war", "law"))})
    assert visible(question, {"topics": Answer("topics", "cannot_be_judged", "cannot_tell")})
    assert not visible(question, {"topics": Answer("topics", "answered", ("war",))})
    assert not visible(question, {"topics": Answer("topics", "rejected")})
    assert not visible(question, {})


def test_every_condition_must_hold() -> None:
    question = codebook().by_id["note"].model_copy(update={"show_if": {"gate": ["ok"], "rank": ["low"]}})
    gate, rank = Answer("gate", "answered", "ok"), Answer("rank", "answered", "high")
    assert not visible(question, {"gate": gate, "rank": rank})
    assert visible(question, {"gate": gate, "rank": Answer("rank", "answered", "low")})


def test_more_categories_than_may_be_chosen_are_no_answer() -> None:
    limited = codebook(FULL.replace("level: set\n", "level: set\n    at_most: 2\n"))

    def topics(*codes: str) -> Answer:
        found = check_answers(limited, [OK, POLICE, Response("topics", codes=codes)], sentence=SENTENCE)
        return next(answer for answer in found if answer.question == "topics")

    assert topics("war", "law").value == ("war", "law")
    assert topics("war", "law", "law").value == ("war", "law")
    assert topics("cannot_tell").status == "cannot_be_judged"
    assert topics("war", "law", "trade").rejected_because == "3 categories where at most 2 may be chosen"
