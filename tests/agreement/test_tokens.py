from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.agreement.spans import tokens
from toolkit.agreement.spans.tokens import tokens_of

TEXT = st.text(st.one_of(st.sampled_from("ab_1 .,’“\n\té\u0301\u00a0🛢️"), st.characters(codec=None)), max_size=20)


@given(st.lists(TEXT, max_size=6))
def test_as_the_pattern_finds_them_in_each_text(texts: list[str]) -> None:
    expected = [
        (place, *match.span()) for place, text in enumerate(texts) for match in re.finditer(r"\w+|[^\w\s]", text)
    ]
    found = tokens_of(texts)
    offset = found.edges[found.text]
    assert list(
        zip(found.text.tolist(), (found.start - offset).tolist(), (found.end - offset).tolist(), strict=True)
    ) == (expected)


def test_words_of_two_texts_do_not_grow_together() -> None:
    assert tokens_of(["oil", "", "rose"]).start.tolist() == [0, 3]
    assert tokens_of(["oil", "", "rose"]).text.tolist() == [0, 2]


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_texts_are_looked_at_some_at_a_time(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["", "Oil, he said", "rose.", "", " ", "3 %", ""]
    whole = tokens_of(texts)
    monkeypatch.setattr(tokens, "_AT_ONCE", at_once)
    found = tokens_of(texts)
    for name in ("text", "start", "end", "edges"):
        assert getattr(found, name).tolist() == getattr(whole, name).tolist()
