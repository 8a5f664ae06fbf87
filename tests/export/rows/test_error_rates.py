from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest

from tests.export.rows.small import coded, only, rows, small
from toolkit.export.content.study_content import in_reading_order
from toolkit.export.pages.summary import few_answers
from toolkit.export.rows import tables_of


def _of(found: list[dict[str, Any]], **wanted: str) -> list[dict[str, Any]]:
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def test_none_unless_they_are_asked_for() -> None:
    assert rows("error_rates", small()) == []


def test_a_row_for_every_annotator_true_category_and_category_given() -> None:
    found = rows("error_rates", small(dawid_skene=True))
    voice = _of(found, question="voice", annotator="ben")
    assert [only(row, "round", "true_code", "code", "n_answers") for row in voice] == [
        ("main", "writer", "writer", 2),
        ("main", "writer", "source", 2),
        ("main", "source", "writer", 2),
        ("main", "source", "source", 2),
    ]
    assert {only(row, "question", "annotator", "n_answers") for row in found} == {
        ("voice", "ana", 2),
        ("voice", "ben", 2),
        ("voice", "cem", 1),
        ("rank", "ana", 1),
        ("rank", "ben", 1),
        ("rank", "cem", 1),
    }
    key = ("question", "annotator", "true_code")
    for _, of_true in groupby(found, key=lambda row: only(row, *key)):
        assert sum(row["rate"] for row in of_true) == pytest.approx(1)


def test_what_they_rest_on_is_what_sentences_probably_are() -> None:
    """``n_true``: the posteriors in ``soft_labels``, summed over the sentences the annotator coded."""
    content = small(dawid_skene=True)
    likely = _of(rows("soft_labels", content), question="voice", code="source")
    posterior = {row["sentence_id"]: row["dawid_skene"] for row in likely}
    found = rows("error_rates", content)
    for annotator, coded_by_them in (("ana", ("s1", "s2")), ("cem", ("s1",))):
        (n_true,) = {row["n_true"] for row in _of(found, question="voice", annotator=annotator, true_code="source")}
        assert n_true == pytest.approx(sum(posterior[each] for each in coded_by_them), abs=1e-6)


def test_rounds_are_models_of_their_own() -> None:
    first, second = coded(1, "ana", 1, voice="writer"), coded(1, "ana", 2, voice="source")
    found = rows("error_rates", small([first, replace(second, round="again")], dawid_skene=True))
    assert [only(row, "round", "true_code", "code", "rate") for row in found] == [
        ("again", "source", "source", 1.0),
        ("main", "writer", "writer", 1.0),
    ]


def test_whoever_answered_little_is_named() -> None:
    content = small(dawid_skene=True)
    assert in_reading_order(content).likely
    few = few_answers(tables_of(content)["error_rates"])
    assert [(one.question, one.annotator, one.n_answers) for one in few] == [
        ("voice", "ana", 2),
        ("voice", "ben", 2),
        ("voice", "cem", 1),
        ("rank", "ana", 1),
        ("rank", "ben", 1),
        ("rank", "cem", 1),
    ]
