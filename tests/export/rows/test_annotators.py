from __future__ import annotations

from dataclasses import replace

from tests.export.rows.small import coded, only, rows, small


def test_everybody_registered_or_seen_is_counted() -> None:
    skipped = replace(coded(4, "ben", 7), skipped=True, excluded_because="skipped")
    lead = replace(coded(4, "lead", 8, voice="writer"), excluded_because="not_registered")
    found = rows("annotators", small([*small().annotations, skipped, lead]))
    counts = ("annotator", "n_annotations", "n_counted", "n_skipped", "n_answers")
    assert [only(row, *counts) for row in found] == [
        ("ana", 3, 3, 0, 7),  # five on s1 (sure is not measured), two on s2; s3 cannot be judged
        ("ben", 3, 2, 1, 7),
        ("cem", 1, 1, 0, 5),
        ("dea", 0, 0, 0, 0),
        ("lead", 1, 0, 0, 0),
    ]
    assert [only(row, "registered_rounds", "coded_rounds") for row in found[-2:]] == [(["main"], []), ([], ["main"])]


def test_addresses_are_there_only_on_request() -> None:
    assert {row["email"] for row in rows("annotators", small())} == {None}
    found = rows("annotators", small(addresses={"ana": "ana@example.org"}))
    assert [row["email"] for row in found] == ["ana@example.org", None, None, None]


def test_what_is_known_of_annotators_is_there_only_on_request() -> None:
    assert {row["attributes"] for row in rows("annotators", small())} == {None}
    found = rows("annotators", small(attributes={"ben": {"b": "zwölf", "a": 'say "no"'}}))
    assert [row["attributes"] for row in found] == [None, '{"a": "say \\"no\\"", "b": "zwölf"}', None, None]
