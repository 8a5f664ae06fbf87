from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.export.rows.small import BOOK, coded, only, rows, small
from toolkit.codebook.model import Codebook, Question


def test_one_row_per_planned_sentence_with_the_columns_of_each_question() -> None:
    first, second, third, fourth = rows("wide", small())
    assert list(first) == [
        "sentence_id", "article_id", "round", "position", "outlet", "published", "n_annotators", "study_id",
        "voice_n", "voice_majority", "voice_share", "voice_tie",
        "voice_n_not_shown", "voice_applies", "voice_undefined_because",
        "rank_n", "rank_majority", "rank_share", "rank_tie",
        "rank_n_not_shown", "rank_applies", "rank_undefined_because",
        "frames_n", "frames_chosen", "frames_tie", "frames_n_not_shown", "frames_applies", "frames_undefined_because",
        "deaths_n", "deaths_median", "deaths_n_not_shown", "deaths_applies", "deaths_undefined_because",
        "marks_n", "marks_marked", "marks_n_not_shown", "marks_applies",
    ]  # fmt: skip
    assert only(first, "sentence_id", "round", "outlet", "published", "n_annotators") == (
        "s1",
        "main",
        "Daily",
        date(2024, 3, 1),
        3,
    )
    assert only(first, "voice_n", "voice_majority", "voice_tie") == (3, "writer", False)
    assert only(first, "frames_chosen", "deaths_median", "marks_n", "marks_marked") == (["law"], 2.0, 3, 2)
    assert only(first, "voice_n_not_shown", "voice_applies", "voice_undefined_because") == (0, 1.0, None)
    reasons = [only(row, "voice_undefined_because", "rank_undefined_because") for row in (second, third, fourth)]
    assert reasons == [("tie", None), ("nobody_answered", None), (None, None)]
    assert only(second, "voice_majority", "voice_tie", "frames_chosen", "rank_n") == (None, True, [], None)
    assert only(third, "n_annotators", "voice_n", "voice_majority") == (1, 0, None)
    assert only(fourth, "position", "n_annotators", "voice_n", "voice_majority") == (4, 0, None, None)


def test_rounds_with_different_codebooks_share_the_table() -> None:
    changed = Question(id="rank", text="?", level="interval")
    added = Question(id="note_length", text="?", level="ratio")
    newer = Codebook.model_validate(
        {**BOOK.model_dump(), "version": "1.10.0", "questions": [added.model_dump(), changed.model_dump()]}
    )
    again = replace(
        coded(1, "ana", 20, note_length=3.0, rank=2.0),
        round="again",
        codebook_hash=newer.hash,
        codebook_version="1.10.0",
    )
    older = [coded(1, "ana", 1, voice="writer", rank="low")]
    content = small([*older, again], codebooks={BOOK.hash: BOOK, newer.hash: newer}, planned={})
    then, now = rows("wide", content)
    # the newest codebook's questions come first, and a question has the columns of every level it ever had
    names = [name for name in then if name.startswith(("note_", "rank_", "voice_n"))]
    assert names == [
        "note_length_n", "note_length_median", "note_length_n_not_shown", "note_length_applies",
        "note_length_undefined_because",
        "rank_n", "rank_majority", "rank_share", "rank_tie", "rank_median", "rank_n_not_shown", "rank_applies",
        "rank_undefined_because",
        "voice_n", "voice_n_not_shown",
    ]  # fmt: skip
    assert only(then, "round", "rank_median", "rank_majority", "note_length_n") == ("again", 2.0, None, 1)
    assert only(now, "round", "rank_median", "rank_majority", "note_length_n") == ("main", None, "low", None)


def test_a_study_without_codebook_has_the_columns_that_need_none() -> None:
    found = rows("wide", small([], codebooks={}))
    assert [row["sentence_id"] for row in found] == ["s1", "s2", "s3", "s4"]
    assert list(found[0])[-1] == "study_id"
