"""The context is the article up to the sentence, capped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.corpus.context import context_before


def test_all_of_it_where_it_fits() -> None:
    assert context_before("One. Two.\n\nThree.", 11) == "One. Two."
    assert context_before("One. Two.", 0) == ""
    assert context_before("a" * 4000 + " B.", 4001) == "a" * 4000


def test_a_longer_beginning_is_cut_between_words() -> None:
    assert context_before("alpha beta gamma delta", 16, limit=14) == "… beta gamma"
    assert context_before("alpha beta gamma delta", 16, limit=12) == "… beta gamma"
    assert context_before("alpha beta gamma delta", 16, limit=11) == "… gamma"


def test_a_beginning_without_white_space_is_cut_all_the_same() -> None:
    assert context_before("x" * 50, 50, limit=10) == "… " + "x" * 8


def test_no_cut_parts_a_letter_from_its_accent() -> None:
    assert context_before("xxxx" + "e\u0301" * 4 + "y", 12, limit=9) == "… " + "e\u0301" * 3


def test_the_default_is_four_thousand_characters() -> None:
    assert 3990 < len(context_before("word " * 2000, 9000)) <= 4000


def test_no_room_is_said() -> None:
    with pytest.raises(ValueError, match="no room"):
        context_before("One. Two.", 5, limit=1)


@given(st.text(st.sampled_from("ab \n.é👩\u200d\u0301"), max_size=120), st.integers(0, 120), st.integers(2, 60))
def test_never_longer_than_the_limit_and_always_the_end_of_what_was_before(text: str, start: int, limit: int) -> None:
    context = context_before(text, start, limit=limit)
    assert len(context) <= limit
    before = text[:start].strip()
    assert context == before if len(before) <= limit else before.endswith(context.removeprefix("… "))
