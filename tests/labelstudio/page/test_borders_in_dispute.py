"""An adjudicator reads, beside a definition, where its border to the other categories in dispute runs."""

from __future__ import annotations

from tests.codebook.samples import EXPLAINED, codebook
from toolkit.codebook.answers import Answer
from toolkit.labelstudio.page.shown_answers import ShownAnswer, answers_html


def shown(*codes: str) -> str:
    book = codebook(EXPLAINED)
    answers = [
        ShownAnswer(letter, Answer("gate", "answered", code)) for letter, code in zip("ABC", codes, strict=False)
    ]
    return answers_html(book.by_id["gate"], book, answers, sentence="It rains.")


def test_the_border_to_what_others_chose_is_in_view_and_examples_are_not() -> None:
    html = shown("ok", "broken")
    assert "One whole sentence. If it is cut: not this, but It is not." in html
    assert "For example" not in html


def test_a_border_to_what_nobody_chose_is_left_out() -> None:
    assert "If it is cut" not in shown("ok", "unclear")
