from __future__ import annotations

from dataclasses import replace

from tests.export.rows.small import ANNOTATIONS, coded, only, rows, small

COLUMNS = ("sentence_id", "slot", "annotator", "status", "annotation_id")


def test_who_had_a_sentence_and_who_is_still_to_come() -> None:
    found = rows("assignments", small())
    assert [only(row, *COLUMNS) for row in found] == [
        ("s1", 1, "ana", "done", "1"),
        ("s1", 2, "ben", "done", "2"),
        ("s1", 3, "cem", "done", "3"),  # one more than wanted
        ("s2", 1, "ana", "done", "4"),
        ("s2", 2, "ben", "done", "5"),
        ("s3", 1, "ana", "done", "6"),
        ("s3", 2, None, "open", None),
        ("s4", 1, None, "open", None),
        ("s4", 2, None, "open", None),
    ]
    assert {row["annotators_wanted"] for row in found} == {2}


def test_who_skipped_or_was_excluded_had_it_and_leaves_it_open() -> None:
    skipped = replace(coded(4, "ben", 7), skipped=True, excluded_because="skipped")
    edited = replace(coded(4, "ana", 8, voice="writer"), edited_by_other=True, excluded_because="edited_by_other")
    stranger = replace(coded(4, "lead", 9, voice="writer"), excluded_because="not_registered")
    found = [row for row in rows("assignments", small([skipped, edited, stranger])) if row["sentence_id"] == "s4"]
    assert [only(row, *COLUMNS[1:]) for row in found] == [
        (1, "ana", "excluded", "8"),
        (2, "ben", "skipped", "7"),
        (3, None, "open", None),
        (4, None, "open", None),
    ]


def test_a_revision_is_no_second_assignment() -> None:
    earlier = replace(coded(2, "ana", 40, voice="source"), excluded_because="revised")
    assert rows("assignments", small([*ANNOTATIONS, earlier])) == rows("assignments", small())


def test_a_sentence_coded_without_a_plan_wanted_nobody() -> None:
    found = rows("assignments", small(planned={}))
    assert [only(row, "sentence_id", "annotators_wanted") for row in found][:1] == [("s1", 0)]
    assert all(row["status"] == "done" for row in found)
