from __future__ import annotations

import pytest

from tests.export.rows.small import coded, only, rows, small
from toolkit.corpus.article import Sentence

COLUMNS = ("sentence_id", "question", "code", "count", "n_answers")


def test_counts_and_shares_by_category_in_the_order_of_the_scale() -> None:
    found = rows("soft_labels", small())
    assert [only(row, *COLUMNS) for row in found] == [
        ("s1", "voice", "writer", 2, 3),
        ("s1", "voice", "source", 1, 3),
        ("s1", "rank", "low", 2, 3),
        ("s1", "rank", "high", 1, 3),
        ("s1", "frames", "law", 2, 3),
        ("s1", "frames", "money", 1, 3),
        ("s2", "voice", "writer", 1, 2),
        ("s2", "voice", "source", 1, 2),
        ("s2", "frames", "law", 1, 2),
        ("s2", "frames", "money", 1, 2),
    ]
    for row in found:
        assert row["share"] == row["count"] / row["n_answers"]
        assert row["dawid_skene"] is None


def test_what_could_have_been_chosen_and_was_not_is_a_row_where_zeros_are_asked_for() -> None:
    agreed = [coded(1, who, n, voice="writer", rank="high", frames=("law",)) for n, who in enumerate(("ana", "ben"))]
    found = rows("soft_labels", small([*agreed, coded(2, "ana", 9, voice=...)], zeros=True))
    assert [only(row, *COLUMNS) for row in found] == [
        ("s1", "voice", "writer", 2, 2),
        ("s1", "voice", "source", 0, 2),
        ("s1", "rank", "low", 0, 2),
        ("s1", "rank", "high", 2, 2),
        ("s1", "frames", "law", 2, 2),
        ("s1", "frames", "money", 0, 2),
    ]  # and nothing where nobody could judge, and none that says so
    assert [row["share"] for row in found] == [1, 0, 0, 1, 1, 0]
    assert rows("soft_labels", small(zeros=True)) == rows("soft_labels", small())  # where all were chosen


def test_zeros_keep_the_posteriors_there_are() -> None:
    plain = rows("soft_labels", small(dawid_skene=True))
    found = rows("soft_labels", small(zeros=True, dawid_skene=True))
    shown = [row for row in found if row in plain]
    assert shown == plain
    assert all(row["count"] == 0 for row in found if row not in plain)


def test_posteriors_where_they_are_asked_for() -> None:
    found = [row for row in rows("soft_labels", small(dawid_skene=True)) if row["dawid_skene"] is not None]
    assert {row["question"] for row in found} == {"voice", "rank"}
    by_group: dict[tuple[str, str], float] = {}
    for row in found:
        key = (row["sentence_id"], row["question"])
        by_group[key] = by_group.get(key, 0) + row["dawid_skene"]
    assert by_group == pytest.approx(dict.fromkeys(by_group, 1.0), abs=1e-5)


def test_a_likely_category_that_nobody_chose_is_a_row() -> None:
    """Ben always says the opposite of two others: where only Ben says ``source``, it is likely to be ``writer``."""
    n_others = 40
    sentences = [Sentence(f"s{n}", "a", n, n, 0, 4, "One.") for n in range(1, n_others + 2)]
    voices = [("writer", "source"), ("source", "writer")]
    annotations = [
        coded(n, who, 10 * n + at, voice=voices[n % 2][at == 2])
        for n in range(1, n_others + 1)
        for at, who in enumerate(("ana", "cem", "ben"))
    ]
    alone = coded(n_others + 1, "ben", 9999, voice="source")
    found = rows("soft_labels", small([*annotations, alone], sentences=sentences, dawid_skene=True))
    nobody = next(row for row in found if row["count"] == 0 and row["n_answers"] == 1)
    assert only(nobody, "sentence_id", "code", "n_answers", "share") == ("s41", "writer", 1, 0.0)
    (chosen,) = (row for row in found if row["sentence_id"] == "s41" and row["count"])
    assert nobody["dawid_skene"] > 0.75
    assert nobody["dawid_skene"] + chosen["dawid_skene"] == pytest.approx(1)
