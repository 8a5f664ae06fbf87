from __future__ import annotations

from dataclasses import replace

from tests.export.rows.small import coded, only, rows, small
from toolkit.codebook.accepted_answers import not_asked
from toolkit.codebook.answers import Answer

COLUMNS = ("annotation_id", "item", "question", "because", "detail", "n_answers")


def test_nothing_is_rejected_where_everything_counts() -> None:
    assert rows("rejected", small()) == []


def test_annotations_that_do_not_count_and_answers_that_break_the_codebook() -> None:
    wrong = Answer("deaths", "rejected", None, "-1.0 is below the minimum")
    edited = replace(coded(1, "ana", 1, voice="writer", rank="low"), excluded_because="edited_by_other")
    both = replace(edited, annotator="ben", annotation_id="2", answers=(*edited.answers, wrong))
    single = replace(
        coded(2, "cem", 3, voice="writer"), answers=(wrong, not_asked("mood"), Answer("voice", "unanswered"))
    )
    assert [only(row, *COLUMNS) for row in rows("rejected", small([single, both, edited]))] == [
        ("1", 0, None, "edited_by_other", None, 2),
        ("2", 0, None, "edited_by_other", None, 2),
        ("2", 1, "deaths", "answer_rejected", "-1.0 is below the minimum", 1),
        ("3", 1, "deaths", "answer_rejected", "-1.0 is below the minimum", 1),
        ("3", 2, None, "not_asked", "no question 'mood' in the codebook", 1),
    ]
