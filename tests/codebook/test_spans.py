from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.codebook.samples import codebook
from toolkit.codebook.answers import Mark, OffsetUnit, Span
from toolkit.codebook.spans import check_marks

LABELS = [category.code for category in codebook().by_id["words"].categories]
# letters, curly quotes, combining marks, NBSP, emoji (also joined and with a skin tone), a letter beyond U+FFFF
CHARACTERS = st.sampled_from(
    ["a", "b", " ", "“", "”", "’", "e\u0301", "\u0301", "\u00a0", "😀", "👩‍🚀", "👍🏽", "𝒜", "é", "文"]
)
SENTENCES = st.lists(CHARACTERS, min_size=1, max_size=20).map("".join)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[tuple[str, int, int]]]:
    sentence = draw(SENTENCES)
    places = st.integers(0, len(sentence) - 1).flatmap(
        lambda start: st.tuples(
            st.sampled_from(["Source", "Cue"]), st.just(start), st.integers(start + 1, len(sentence))
        )
    )
    return sentence, draw(st.lists(places, min_size=1, max_size=5))


@given(marked())
def test_marks_in_code_points_come_back_as_they_were(case: tuple[str, list[tuple[str, int, int]]]) -> None:
    sentence, places = case
    spans, reasons = check_marks(LABELS, [Mark(label, s, e, sentence[s:e]) for label, s, e in places], sentence)
    assert reasons == []
    assert {(span.label, span.start, span.end) for span in spans} == set(places)
    assert {span.offset_unit for span in spans} == {"code_point"}


@given(marked())
def test_marks_in_utf16_become_code_points_or_are_told_apart(case: tuple[str, list[tuple[str, int, int]]]) -> None:
    sentence, places = case
    # the whole sentence is marked too: its end settles the unit wherever the two units differ
    places = [*places, ("Source", 0, len(sentence))]
    marks = [Mark(label, units(sentence[:s]), units(sentence[:e]), sentence[s:e]) for label, s, e in places]
    spans, reasons = check_marks(LABELS, marks, sentence)
    assert reasons == []
    assert {(span.label, span.start, span.end) for span in spans} == set(places)
    assert {span.offset_unit for span in spans} == {"utf16" if units(sentence) > len(sentence) else "code_point"}


@given(SENTENCES, st.text(max_size=6) | st.none(), st.integers(-3, 50), st.integers(-3, 50))
def test_whatever_is_accepted_covers_its_own_words(sentence: str, text: str | None, start: int, end: int) -> None:
    spans, reasons = check_marks(LABELS, [Mark("Cue", start, end, text)], sentence)
    assert bool(spans) != bool(reasons)
    for span in spans:
        assert 0 <= span.start < span.end <= len(sentence)
        assert sentence[span.start : span.end] == span.text
        # a page shows blanks its own way: they alone may differ
        assert text is None or "".join(text.split()) == "".join(span.text.split())


@given(marked())
def test_spans_are_sorted_and_none_twice(case: tuple[str, list[tuple[str, int, int]]]) -> None:
    sentence, places = case
    spans, _ = check_marks(LABELS, [Mark(label, s, e, None) for label, s, e in [*places, *places]], sentence)
    assert [(span.start, span.end, span.label) for span in spans] == sorted(
        {(s, e, label) for label, s, e in places}, key=lambda place: (place[0], place[1], place[2] == "Cue")
    )


@pytest.mark.parametrize(
    ("mark", "unit", "expected"),
    [
        (Mark("Cue", 4, 8, "said"), "code_point", (4, 8)),
        (Mark("Cue", 5, 9, "said"), "utf16", (4, 8)),
    ],
)
def test_an_emoji_before_the_span(mark: Mark, unit: OffsetUnit, expected: tuple[int, int]) -> None:
    spans, reasons = check_marks(LABELS, [mark], "“😀” said it")
    assert reasons == []
    assert spans == (Span("Cue", *expected, "said", unit),)


def test_a_word_that_stands_twice_is_read_in_the_unit_of_its_companion() -> None:
    sentence = "😀 aa b"  # in UTF-16 the first a is at 3, the second at 4, b at 6
    spans, _ = check_marks(LABELS, [Mark("Cue", 3, 4, "a"), Mark("Source", 6, 7, "b")], sentence)
    assert [(span.start, span.text, span.offset_unit) for span in spans] == [(2, "a", "utf16"), (5, "b", "utf16")]


def test_marks_in_both_units_are_each_taken_as_they_fit() -> None:
    spans, reasons = check_marks(LABELS, [Mark("Cue", 2, 3, "x"), Mark("Source", 4, 5, "y")], "😀 xy")
    assert reasons == []
    assert [(span.start, span.offset_unit) for span in spans] == [(2, "code_point"), (3, "utf16")]


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (Mark("Hedge", 0, 6, "Police"), "unknown label 'Hedge'"),
        (Mark("Cue", 0, 5, "Police"), "span 0–5: text not matching, 'Police' was submitted"),
        (Mark("Cue", 3, 3, ""), "span 3–3 holds nothing"),
        (Mark("Cue", 5, 2, None), "span 5–2 holds nothing"),
        (Mark("Cue", -1, 6, None), "span -1–6 is out of range: the sentence has 11 characters"),
        (Mark("Cue", 7, 12, None), "span 7–12 is out of range: the sentence has 11 characters"),
        (Mark("Cue", 7, 12, "said"), "span 7–12 is out of range: the sentence has 11 characters"),
    ],
)
def test_marks_that_cannot_be_spans(mark: Mark, reason: str) -> None:
    assert check_marks(LABELS, [mark], "Police said") == ((), [reason])


def test_without_text_only_code_points_in_range_count() -> None:
    sentence = "😀 hi"  # four code points, five UTF-16 units
    assert check_marks(LABELS, [Mark("Cue", 2, 4, None)], sentence)[0][0].text == "hi"
    assert check_marks(LABELS, [Mark("Cue", 3, 5, None)], sentence)[0] == ()


def test_half_an_emoji_is_no_span() -> None:
    assert check_marks(LABELS, [Mark("Cue", 1, 3, " ")], "😀 hi")[0] == ()
    assert check_marks(LABELS, [Mark("Cue", 1, 2, "\ude00")], "😀 hi")[0] == ()


def test_every_bad_mark_is_named() -> None:
    _, reasons = check_marks(
        LABELS, [Mark("Cue", 0, 2, "no"), Mark("Cue", 0, 6, "Police"), Mark("X", 0, 1, "P")], "Police"
    )
    assert reasons == ["span 0–2: text not matching, 'no' was submitted", "unknown label 'X'"]


@pytest.mark.parametrize(
    ("sentence", "start", "end", "submitted"),
    [
        ("He said  that.", 3, 13, "said that"),
        ("He said\r\nthat.", 3, 13, "said that"),
        ("He\tsaid that.", 0, 12, "He said that"),
    ],
)
def test_a_page_shows_any_white_space_as_one_space(sentence: str, start: int, end: int, submitted: str) -> None:
    spans, reasons = check_marks(LABELS, [Mark("Source", start, end, submitted)], sentence)
    assert reasons == []
    assert [(span.start, span.end, span.text) for span in spans] == [(start, end, sentence[start:end])]


def test_other_words_are_not_the_same_for_all_their_white_space() -> None:
    spans, reasons = check_marks(LABELS, [Mark("Source", 3, 12, "said this")], "He said that.")
    assert spans == ()
    assert len(reasons) == 1
