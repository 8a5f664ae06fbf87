from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.export.rows.small import coded, only, rows, small
from toolkit.codebook.answers import Answer
from toolkit.study.records import Annotation

VALUE = ("code", "codes", "number", "tie")


def test_every_coded_sentence_has_its_measured_questions_in_codebook_order() -> None:
    found = [only(row, "sentence_id", "question", "method", "n_answers") for row in rows("consensus", small())]
    assert found == [
        ("s1", "voice", "majority", 3),
        ("s1", "rank", "majority", 3),
        ("s1", "frames", "majority_per_category", 3),
        ("s1", "deaths", "median", 3),
        ("s2", "voice", "majority", 2),
        ("s2", "frames", "majority_per_category", 2),
        ("s3", "voice", "majority", 0),
    ]


def test_majorities_medians_and_ties() -> None:
    found = {only(row, "sentence_id", "question"): only(row, *VALUE) for row in rows("consensus", small())}
    assert found == {
        ("s1", "voice"): ("writer", None, None, False),
        ("s1", "rank"): ("low", None, None, False),
        ("s1", "frames"): (None, ["law"], None, False),  # law by two of three, money by one
        ("s1", "deaths"): (None, None, 2.0, None),
        ("s2", "voice"): (None, None, None, True),
        ("s2", "frames"): (None, [], None, True),  # each by exactly half
        ("s3", "voice"): (None, None, None, None),
    }


def test_share_and_entropy() -> None:
    found = {only(row, "sentence_id", "question"): only(row, "share", "entropy") for row in rows("consensus", small())}
    two_of_three = math.log2(3) - 2 / 3
    assert found["s1", "voice"] == (pytest.approx(2 / 3), pytest.approx(two_of_three))
    assert found["s1", "frames"] == (None, pytest.approx(math.log2(3)))  # three different sets
    assert found["s1", "deaths"] == (None, pytest.approx(math.log2(3)))
    assert found["s2", "voice"] == (0.5, 1.0)
    assert found["s3", "voice"] == (None, None)


def test_what_cannot_be_judged_is_counted_and_no_vote() -> None:
    (row,) = (row for row in rows("consensus", small()) if row["sentence_id"] == "s3")
    assert only(row, "n_answers", "n_cannot_be_judged", "n_not_shown") == (0, 1, 0)


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    (row,) = rows("consensus", small([coded(1, "ana", 1, deaths=1.0), coded(1, "ben", 2, deaths=4.0)]))
    assert row["number"] == 2.5


def test_who_does_not_count_has_no_vote() -> None:
    stranger = replace(coded(2, "dea", 9, voice="writer"), excluded_because="not_registered")
    content = small()
    assert rows("consensus", small([*content.annotations, stranger])) == rows("consensus", content)


def seen(who: str, number: int, voice: str, rank: str | None) -> Annotation:
    """An annotator's answers on the first sentence; the rank was not shown where it is None."""
    one = coded(1, who, number, voice=voice, **({} if rank is None else {"rank": rank}))
    return one if rank is not None else replace(one, answers=(*one.answers, Answer("rank", "not_shown")))


@pytest.mark.parametrize(
    ("ranks", "said"),
    [
        (("low", None, None), (None, None, 1, 2, pytest.approx(1 / 3), "not_shown")),
        (("low", None), (None, None, 1, 1, 0.5, "not_shown")),
        (("low", "low", None), ("low", False, 2, 1, pytest.approx(2 / 3), None)),
        (("low", "high", None), (None, True, 2, 1, pytest.approx(2 / 3), "tie")),
        ((None, None), (None, None, 0, 2, 0.0, "not_shown")),
    ],
)
def test_what_most_were_not_shown_has_no_majority(ranks: tuple[str | None, ...], said: tuple[object, ...]) -> None:
    annotations = [seen(f"p{n}", n, "source" if rank else "writer", rank) for n, rank in enumerate(ranks, start=1)]
    (row,) = (row for row in rows("consensus", small(annotations)) if row["question"] == "rank")
    assert only(row, "code", "tie", "n_answers", "n_not_shown", "applies", "undefined_because") == said
    wide = rows("wide", small(annotations))[0]
    assert only(wide, "rank_majority", "rank_tie", "rank_n", "rank_n_not_shown", "rank_applies") == said[:5]
    assert wide["rank_undefined_because"] == said[5]


def test_why_there_is_no_value() -> None:
    why = {only(row, "sentence_id", "question"): row["undefined_because"] for row in rows("consensus", small())}
    assert why.pop(("s2", "voice")) == "tie"
    assert why.pop(("s3", "voice")) == "nobody_answered"
    assert set(why.values()) == {None}  # an empty set is a value
