"""A line is a paragraph, unless the lines were wrapped by hand."""

from __future__ import annotations

import textwrap

import pytest

from toolkit.corpus.paragraphs import paragraphs

FIRST = (
    "The harbour council of Velmora said on Monday that President Oru Tamsin had not been told of the plan, which "
    "would close two of the four docks and move the ferries to the northern quay before the end of the winter."
)
SECOND = "Union leaders called the plan a betrayal, and they asked Minister Adda Krone to explain it to the crews."


def shown(text: str) -> list[str]:
    return [text[start:end] for start, end in paragraphs(text)]


def wrapped(*blocks: str, width: int = 60, between: str = "\n\n") -> str:
    return between.join(textwrap.fill(block, width, break_on_hyphens=False) for block in blocks)


def unwrapped(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in shown(text)]


def test_long_lines_are_paragraphs_with_and_without_blank_lines() -> None:
    assert shown(f"{FIRST}\n{SECOND}") == [FIRST, SECOND]
    assert shown(f"{FIRST}\n \n\n{SECOND}\n") == [FIRST, SECOND]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("width", [45, 60, 72, 80])
def test_wrapped_blocks_are_paragraphs(width: int, ending: str) -> None:
    assert unwrapped(wrapped(FIRST, SECOND, width=width).replace("\n", ending)) == [FIRST, SECOND]


def test_a_wrapped_line_runs_on_before_a_capital() -> None:
    text = wrapped(FIRST, SECOND, width=60)
    assert any(line[:1].isupper() for line in text.split("\n\n")[0].splitlines()[1:])
    assert unwrapped(text) == [FIRST, SECOND]


def test_a_short_last_line_ends_a_wrapped_paragraph_without_a_blank_line() -> None:
    text = wrapped(FIRST, SECOND, width=60, between="\n")
    assert len(text.splitlines()[3]) < 40
    assert unwrapped(text) == [FIRST, SECOND]


def test_an_indent_begins_a_paragraph_of_a_wrapped_text() -> None:
    text = "\n".join(textwrap.fill(p, 60, initial_indent="    ", break_on_hyphens=False) for p in (FIRST, SECOND))
    assert unwrapped(text) == [FIRST, SECOND]


def test_a_headline_over_a_byline_stays_apart_from_it_in_a_wrapped_text() -> None:
    text = "Council of Velmora to close two docks before winter ends\nBy Ilse Brandt\n\n" + wrapped(FIRST, SECOND)
    assert unwrapped(text)[:2] == ["Council of Velmora to close two docks before winter ends", "By Ilse Brandt"]


def test_headings_and_list_items_of_a_wrapped_text_stay_apart() -> None:
    text = (
        "# What the council decided on Monday evening in Velmora\n"
        + wrapped(FIRST)
        + "\n- one dock\n- two docks\n1. three"
    )
    assert unwrapped(text) == [
        "# What the council decided on Monday evening in Velmora", FIRST, "- one dock", "- two docks", "1. three",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        ["“Yes.”", "“No,” he said.", "“Perhaps you should ask the minister himself about it.”", "“Why?”"],
        ["Harbour strike enters third week", "By Mara Quill", "Dock workers in Velmora said they would not return."],
        ["Apples", "pears", "plums"],
    ],
    ids=["dialogue", "headline and byline", "list"],
)
def test_short_lines_alone_are_no_wrapping(lines: list[str]) -> None:
    assert shown("\n".join(lines)) == lines


def test_a_long_line_does_not_run_on() -> None:
    text = f"{FIRST}\nand so on\n{SECOND * 3}"
    assert shown(text) == [FIRST, "and so on", SECOND * 3]


def test_offsets_leave_out_the_white_space_around() -> None:
    assert paragraphs(" \t\u00a0One.  \r\n\u2028  Two.\n") == ((3, 7), (14, 18))
