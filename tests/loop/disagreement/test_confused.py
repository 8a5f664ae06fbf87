"""Which categories stand against each other, case by case."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from tests.codebook.samples import codebook
from toolkit.agreement.answer_rows import Recoded
from toolkit.loop.disagreement.confused import confused_pairs, stand_against

BOOK = codebook()


def pairs(question: str, *values: Hashable) -> dict[tuple[str, str | None], int]:
    return dict(confused_pairs(BOOK.by_id[question], {f"annotator-{at}": value for at, value in enumerate(values)}))


def spans(*marks: tuple[str, int, int]) -> frozenset[tuple[str, int, int]]:
    return frozenset(marks)


def test_one_category_against_another_in_the_order_of_the_codebook() -> None:
    assert pairs("gate", "broken", "ok", "ok") == {("ok", "broken"): 2}
    assert pairs("gate", "ok", "unclear") == {("ok", "unclear"): 1}
    assert pairs("gate", "ok", "ok") == {}
    assert pairs("gate", "ok", Recoded.NOT_SHOWN) == {}
    assert pairs("kind", "STATE/police", "STATE/army") == {("STATE/police", "STATE/army"): 1}


def test_of_sets_what_the_other_lacks() -> None:
    war, law, both = frozenset({"war"}), frozenset({"law"}), frozenset({"war", "law"})
    assert pairs("topics", war, law) == {("war", "law"): 1}
    assert pairs("topics", both, war) == {("law", None): 1}
    assert pairs("topics", both, frozenset({"law", "trade"})) == {("war", "trade"): 1}
    assert pairs("topics", frozenset(), war) == {("war", None): 1}
    assert pairs("topics", "cannot_tell", war) == {("war", "cannot_tell"): 1}


def test_of_spans_labels_on_the_same_characters() -> None:
    assert pairs("words", spans(("Source", 0, 5)), spans(("Cue", 3, 8))) == {("Source", "Cue"): 1}
    assert pairs("words", spans(("Source", 0, 5)), spans(("Cue", 5, 8))) == {("Source", None): 1, ("Cue", None): 1}
    assert pairs("words", spans(("Source", 0, 5)), spans(("Source", 0, 4))) == {}
    assert pairs("words", spans(("Source", 0, 5)), spans()) == {("Source", None): 1}


def test_numbers_have_no_categories() -> None:
    assert pairs("warmth", 1.0, 2.0) == {}


@pytest.mark.parametrize(
    ("question", "one", "other", "pair", "stand"),
    [
        ("gate", "ok", "broken", ("broken", "ok"), True),
        ("gate", "ok", "unclear", ("ok", "broken"), False),
        ("kind", "STATE/police", "PRESS/paper", ("STATE", "PRESS"), True),
        ("kind", "STATE/police", "PRESS/paper", ("police", "PRESS/paper"), True),
        ("kind", "STATE/police", "STATE/army", ("STATE", "army"), True),
        ("topics", frozenset({"war", "law"}), frozenset({"law"}), ("war", "law"), True),
        ("topics", frozenset({"war", "law", "trade"}), frozenset({"war", "law"}), ("war", "law"), False),
        ("words", spans(("Source", 0, 5)), spans(("Cue", 3, 8)), ("Cue", "Source"), True),
        ("words", spans(("Source", 0, 5)), spans(("Cue", 6, 8)), ("Cue", "Source"), False),
    ],
)
def test_whether_two_answers_are_the_two_categories(
    question: str, one: Hashable, other: Hashable, pair: tuple[str, str], stand: bool
) -> None:
    assert stand_against(BOOK.by_id[question], one, other, pair) is stand
    assert stand_against(BOOK.by_id[question], other, one, pair) is stand
