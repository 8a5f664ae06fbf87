from __future__ import annotations

from typing import Any

import pytest

from toolkit.codebook.answers import Mark, Response
from toolkit.codebook.model import Category, Codebook, Question
from toolkit.errors import BadInput
from toolkit.labelstudio.decode import read_responses
from toolkit.labelstudio.encode import submission

SENTENCE = "🙂 “Iran” warned."


def categories(*codes: str) -> list[Category]:
    return [Category(code=code, title=code.title(), definition="…") for code in codes]


CODEBOOK = Codebook(
    name="test",
    version="1.0.0",
    language="en",
    instructions=["Read."],
    questions=[
        Question(id="spans", text="Mark", level="span", categories=categories("source", "cue")),
        Question(id="attribution", text="Who?", level="nominal", categories=categories("writer", "attributed")),
        Question(id="frames", text="Which?", level="set", categories=categories("a", "b", "c")),
        Question(id="tone", text="Tone", level="interval", minimum=0, maximum=100),
        Question(id="note", text="Note", level="text", agreement=False),
    ],
)
ANSWERS: dict[str, object] = {"attribution": "attributed", "frames": ["a", "c"], "tone": 42.5, "note": "a “note” 🙂"}
MARKS = {"spans": [Mark("source", 3, 7, None), Mark("cue", 9, 15, "warned")]}


def test_the_parts_are_those_of_the_page() -> None:
    parts: list[dict[str, Any]] = submission(
        CODEBOOK, ANSWERS, {"spans": [Mark("cue", 9, 15, None)]}, sentence=SENTENCE
    )
    assert [(part["from_name"], part["type"], part["value"]) for part in parts] == [
        ("spans", "labels", {"start": 9, "end": 15, "text": "warned", "labels": ["cue"]}),
        ("attribution", "choices", {"choices": ["attributed"]}),
        ("frames", "choices", {"choices": ["a", "c"]}),
        ("tone", "number", {"number": 42.5}),
        ("note", "textarea", {"text": ["a “note” 🙂"]}),
    ]
    assert {(part["to_name"], part["origin"]) for part in parts} == {("sentence", "manual")}
    assert len({part["id"] for part in parts}) == 5


def test_what_is_submitted_reads_back_as_what_was_meant() -> None:
    read = {
        response.question: response
        for response in read_responses(submission(CODEBOOK, ANSWERS, MARKS, sentence=SENTENCE))
    }
    assert read["attribution"] == Response("attribution", codes=("attributed",))
    assert read["frames"] == Response("frames", codes=("a", "c"))
    assert read["tone"] == Response("tone", numbers=(42.5,))
    assert read["note"] == Response("note", texts=("a “note” 🙂",))
    assert [(mark.label, mark.text) for mark in read["spans"].marks] == [("source", "Iran"), ("cue", "warned")]


def test_what_is_not_answered_is_left_out() -> None:
    assert submission(CODEBOOK, {"attribution": None}, sentence=SENTENCE) == []


def test_the_same_answers_make_the_same_parts() -> None:
    first = submission(CODEBOOK, ANSWERS, MARKS, sentence=SENTENCE)
    assert submission(CODEBOOK, ANSWERS, MARKS, sentence=SENTENCE) == first


def test_all_that_has_no_form_on_the_page_is_listed() -> None:
    answers = {"attribution": 3, "frames": [], "tone": "x", "note": "", "nothing": "x"}
    with pytest.raises(BadInput) as refused:
        submission(CODEBOOK, answers, {"spans": [Mark("cue", 9, 999, None)]}, sentence=SENTENCE)
    assert {fault.place for fault in refused.value.faults} == {
        "attribution",
        "frames",
        "tone",
        "note",
        "nothing",
        "spans",
    }


def test_a_mark_must_cover_the_words_it_names() -> None:
    with pytest.raises(BadInput, match="warned"):
        submission(CODEBOOK, {}, {"spans": [Mark("cue", 9, 15, "warns.")]}, sentence=SENTENCE)
