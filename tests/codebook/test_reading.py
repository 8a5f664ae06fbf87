from __future__ import annotations

import pytest
from rich.console import Console, RenderableType

from tests.codebook.samples import EXPLAINED, FULL, codebook
from toolkit.codebook.diff import compare
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.terminal.codebook import changes_text, codebook_text


def printed(renderable: RenderableType) -> str:
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


@pytest.mark.parametrize("name", shipped_names())
def test_everything_a_codebook_says_is_shown_within_80_columns(name: str) -> None:
    book = parse(shipped_text(name), source=name)
    text = printed(codebook_text(book))
    assert max(map(len, text.splitlines())) <= 80
    flowing = " ".join(text.split())
    for question in book.questions:
        assert " ".join(question.text.split()) in flowing
        for category in question.categories:
            assert f" {category.code} " in flowing
            assert all(word in flowing for word in [*category.title.split(), *category.definition.split()])


def test_what_explains_a_category_stands_under_its_definition() -> None:
    lines = [line.strip() for line in printed(codebook_text(codebook(EXPLAINED))).splitlines()]
    at = next(number for number, line in enumerate(lines) if line.endswith("One whole sentence."))
    assert lines[at + 1 : at + 4] == [
        "For example: It rains.",
        "But not: Rain.",
        "If it is cut: not this, but It is not.",
    ]


def test_a_group_stands_over_what_it_holds() -> None:
    lines = [line.split() for line in printed(codebook_text(codebook())).splitlines()]
    first = [words[0] for words in lines if words]
    places = [first.index(code) for code in ("STATE", "police", "army", "PRESS", "paper", "unknown")]
    assert places == sorted(places)


def test_brackets_in_a_codebook_are_words_not_markup() -> None:
    book = codebook(FULL.replace("title: Army", 'title: "[bold]Army[/bold]"'))
    assert "[bold]Army[/bold]" in printed(codebook_text(book))


def test_a_diff_says_without_colour_what_breaks() -> None:
    text = FULL.replace("version: 1.0.0", "version: 1.0.1").replace("level: ratio", "level: interval")
    shown = printed(changes_text(compare(codebook(), codebook(text))))
    assert "stay valid  codebook" in shown
    assert "INVALID     deaths  level: “ratio” → “interval”" in shown
    assert "Answers given before do not stay valid: 1 of 2 changes does not keep them." in shown


def test_a_diff_of_equals() -> None:
    assert printed(changes_text(())) == "No difference.\n"
