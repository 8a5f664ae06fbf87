"""What was checked before is said again only where it would be found again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.codebook.samples import codebook
from toolkit.codebook import checked_before
from toolkit.codebook.accepted_answers import check_answers
from toolkit.codebook.answers import Mark, Response
from toolkit.codebook.checked_before import AnswerChecks

SENTENCES = ("Police said the army had left.", "A 😀 crowd, police say.")
BOOK = codebook()
RESPONSES = st.lists(
    st.builds(
        Response,
        question=st.sampled_from([*BOOK.by_id, "elsewhere"]),
        codes=st.lists(st.sampled_from(["ok", "broken", "police", "army", "low", "war", "law", "x"]), max_size=2).map(
            tuple
        ),
        numbers=st.sampled_from([(), (), (2.0,)]),
        texts=st.sampled_from([(), (), ("late",), (" ",)]),
        marks=st.lists(
            st.builds(
                Mark,
                label=st.sampled_from(["Source", "Cue", "Odd"]),
                start=st.integers(0, 3),
                end=st.integers(2, 40),
                text=st.sampled_from([None, "Police", "A"]),
            ),
            max_size=2,
        ).map(tuple),
    ),
    max_size=6,
).map(tuple)
CHECKS = AnswerChecks(BOOK)


@given(RESPONSES, st.sampled_from(SENTENCES))
def test_whatever_was_checked_before_the_answers_are_those_of_the_codebook(
    responses: tuple[Response, ...], sentence: str
) -> None:
    assert CHECKS(responses, sentence=sentence) == check_answers(BOOK, responses, sentence=sentence)


def test_the_same_choices_are_checked_once_and_marks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def checked(*given: object, sentence: str) -> object:
        seen.append(sentence)
        return check_answers(*given, sentence=sentence)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(checked_before, "check_answers", checked)
    checks = AnswerChecks(BOOK)
    chosen = (Response("gate", codes=("ok",)), Response("kind", codes=("police",)))
    for sentence in SENTENCES:
        found = checks((*chosen, Response("words", marks=(Mark("Source", 0, 1, None),))), sentence=sentence)
        assert found == check_answers(
            BOOK, (*chosen, Response("words", marks=(Mark("Source", 0, 1, None),))), sentence=sentence
        )
    assert seen == [SENTENCES[0]]
