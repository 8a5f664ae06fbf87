from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from tests.labelstudio.page.test_config import book, cat, shipped
from toolkit.codebook.answers import Answer, Span, Value
from toolkit.codebook.model import Question
from toolkit.labelstudio.page.html_lines import html_lines
from toolkit.labelstudio.page.shown_answers import ShownAnswer, agreed_html, answers_html, notes_html, value_html

BOOK = shipped("source-framing")
LABELS = ("Source", "Cue", "Loaded")


def said(question: str, *values: Value | Answer) -> str:
    answers = [
        ShownAnswer(letter, value if isinstance(value, Answer) else Answer(question, "answered", value))
        for letter, value in zip("ABCDE", values, strict=False)
    ]
    return answers_html(BOOK.by_id[question], BOOK, answers, sentence="It rained, they said.")


def span(label: str, start: int, end: int) -> Span:
    return Span(label, start, end, "It rained, they said."[start:end], "code_point")


def test_each_letter_with_its_answer_and_then_the_definitions_in_dispute() -> None:
    none, only = BOOK.by_id["loaded"].by_code["none"], BOOK.by_id["loaded"].by_code["source_only"]
    assert html_lines(said("loaded", "none", "source_only", "none")) == [
        "A None B Only in a source's words C None",
        "None",
        none.definition,
        "Only in a source's words",
        only.definition,
    ]


def test_an_answer_that_is_none_says_why() -> None:
    lines = html_lines(
        said(
            "source_type",
            "STATE/gov",
            Answer("source_type", "not_shown"),
            Answer("source_type", "skipped"),
            Answer("source_type", "unanswered"),
            Answer("source_type", "rejected", rejected_because="who@example.org sent two"),
        )
    )
    assert lines[0] == (
        "A State › Government or legislature B (was not asked) C (skipped the sentence) D (left blank) "
        "E (answered what cannot be read)"
    )
    assert lines[1] == "Government or legislature"


def test_what_cannot_be_judged_is_said_in_the_words_of_the_codebook() -> None:
    question = shipped("source-reliability").by_id["credibility"]
    assert value_html(question, Answer("credibility", "cannot_be_judged", "6")) == "6 Cannot be judged"


def test_of_sets_only_what_some_chose_and_others_did_not_is_defined() -> None:
    lines = html_lines(said("frame_other", ("security", "policy"), ("security",), ()))
    assert lines[0] == "A Security; Policy B Security C (none of them)"
    assert lines[1::2] == ["Security", "Policy"]
    lines = html_lines(said("frame_other", ("security", "policy"), ("security",)))
    assert lines[1::2] == ["Policy"]


def test_where_all_chose_the_same_that_is_defined() -> None:
    assert html_lines(said("loaded", "none", "none"))[1::2] == ["None"]
    assert said("loaded") == ""


def test_marked_words_stand_in_the_sentence_with_their_label() -> None:
    lines = html_lines(
        re.sub("</?(sub|mark)[^>]*>", "|", said("spans", (span("Cue", 16, 20), span("Source", 11, 15)), ()))
    )
    assert lines[0] == "AIt rained, |they||Source| |said||Cue|."
    assert lines[1] == "B(nothing marked)"
    assert lines[2::2] == ["Source", "Cue"]


def test_only_labels_that_were_marked_otherwise_are_defined() -> None:
    defined = re.findall(
        "<dt>([^<]*)", said("spans", (span("Cue", 16, 20), span("Source", 11, 15)), (span("Cue", 16, 20),))
    )
    assert defined == ["Source"]


@given(
    st.lists(
        st.tuples(st.sampled_from(LABELS), st.integers(0, 20), st.integers(1, 21)).filter(lambda m: m[1] < m[2]),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_is_marked_the_sentence_stays_whole(marks: list[tuple[str, int, int]]) -> None:
    html = said("spans", tuple(span(*mark) for mark in marks))
    line = html[html.index("<span>") + len("<span>") : html.index("</span>")]
    assert sorted(re.findall("<sub[^>]*>([^<]*)</sub>", line)) == sorted(label for label, _, _ in marks)
    assert unescape(re.sub("<[^>]*>", "", re.sub("<sub[^>]*>[^<]*</sub>", "", line))) == "It rained, they said."
    underlined = "".join(re.findall("<mark[^>]*>([^<]*)</mark>", line))
    inside = {place for _, start, end in marks for place in range(start, end)}
    assert underlined == "".join("It rained, they said."[place] for place in sorted(inside))


def test_agreed_answers_are_a_line_each_in_the_codebooks_order() -> None:
    agreed = {
        "spans": Answer("spans", "answered", (span("Cue", 16, 20),)),
        "loaded": Answer("loaded", "answered", "none"),
        "segment_ok": Answer("segment_ok", "answered", "ok"),
    }
    assert html_lines(agreed_html(BOOK, agreed)) == [
        "Is this one complete sentence of the article?Complete sentence",
        "Mark the wordsCue: “said”",
        "Is there loaded wording, and in whose voice?None",
    ]
    assert agreed_html(BOOK, {}) == ""


def test_numbers_and_texts_are_shown_as_they_are() -> None:
    small = book(
        Question(id="n", text="How many?", level="ratio"),
        Question(id="t", text="What?", level="text"),
        Question(id="q", text="?", level="nominal", categories=[cat("a", "A <b>")]),
    )
    assert value_html(small.by_id["n"], Answer("n", "answered", 2.0)) == "2"
    assert value_html(small.by_id["t"], Answer("t", "answered", "a < b")) == "a &lt; b"
    assert value_html(small.by_id["q"], Answer("q", "answered", "a")) == "A &lt;b&gt;"


def test_a_note_is_shown_under_its_letter_and_not_endlessly() -> None:
    assert html_lines(notes_html([("B", "which minister?")])) == ["Bwhich minister?"]
    (line,) = html_lines(notes_html([("A", "x" * 2000)]))
    assert line == "A" + "x" * 599 + "…"
